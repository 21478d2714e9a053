import { createSocket } from "node:dgram";
import { isIPv6 } from "node:net";
import { ByteSlab } from "../audio/mod.ts";
import { bun } from "./bun_socket.ts";
import { deno } from "./deno_socket.ts";
import type { RawSocket, RawSocketOptions } from "./raw_socket.ts";

/** Opens a socket of `node:dgram`, which every runtime has. */
export async function openNodeSocket(options: RawSocketOptions): Promise<RawSocket> {
  const { host, port, maxDatagramBytes, receiveBufferSize, onDatagram } = options;
  const isV6 = isIPv6(host);
  // Deno takes the size of the kernel's buffer for that of each datagram's: 64 KB by default.
  const recvBufferSize = deno ? maxDatagramBytes + 1 : receiveBufferSize;
  const socket = createSocket({ type: isV6 ? "udp6" : "udp4", recvBufferSize });
  await new Promise<void>((resolve, reject) => {
    socket.once("error", reject);
    socket.bind(port, host, () => {
      socket.off("error", reject);
      resolve();
    });
  });
  // An ICMP error in answer to something we sent. The socket lives on.
  socket.on("error", () => {});
  const slab = new ByteSlab(4 * maxDatagramBytes);
  socket.on("message", (data, from) => {
    // Deno's has room for the longest datagram, and would keep that while this one is held.
    const own = slab.take(data.length);
    own.set(data);
    onDatagram(own, from.address, from.port);
  });

  // Only Node wants an IPv4 address spelled out for an IPv6 socket: RFC 4291 section 2.5.5.2.
  const mapsV4 = isV6 && !bun && !deno;
  return {
    local: { address: socket.address().address, port: socket.address().port },
    send: (data, to) =>
      new Promise<void>((resolve, reject) => {
        const address = mapsV4 && !to.address.includes(":") ? `::ffff:${to.address}` : to.address;
        socket.send(data, to.port, address, (error) => error ? reject(error) : resolve());
      }),
    close: () => new Promise<void>((resolve) => void socket.close(resolve)),
  };
}
