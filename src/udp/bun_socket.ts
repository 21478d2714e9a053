import type { Endpoint } from "./datagram_socket.ts";
import type { RawSocket, RawSocketOptions } from "./raw_socket.ts";

/** The part of `Bun.udpSocket` used here: https://bun.com/docs/api/udp */
interface BunSocket {
  readonly hostname: string;
  readonly port: number;
  send(data: Uint8Array, port: number, address: string): boolean;
  close(): void;
}

interface BunRuntime {
  udpSocket(options: {
    hostname: string;
    port: number;
    binaryType: "uint8array";
    socket: {
      data(socket: BunSocket, data: Uint8Array, port: number, address: string): void;
      drain(): void;
      error(error: Error): void;
    };
  }): Promise<BunSocket>;
}

/** `Bun`, where this is Bun. */
export const bun: BunRuntime | undefined = (globalThis as unknown as { Bun?: BunRuntime }).Bun;

/** Opens a socket of Bun's own kind, a quarter cheaper per packet than its `node:dgram`. */
export async function openBunSocket(options: RawSocketOptions): Promise<RawSocket> {
  const drain = { resume: () => {} };
  const socket = await bun!.udpSocket({
    hostname: options.host,
    port: options.port,
    binaryType: "uint8array",
    socket: {
      data: (_, data, port, address) => options.onDatagram(data, address, port),
      drain: () => drain.resume(),
      // An ICMP error in answer to something we sent. The socket lives on.
      error: () => {},
    },
  });
  const sendLater = async (data: Uint8Array, to: Endpoint): Promise<void> => {
    do await new Promise<void>((resolve) => drain.resume = resolve); while (
      !socket.send(data, to.port, to.address)
    );
  };
  return {
    local: { address: socket.hostname, port: socket.port },
    send: (data, to) => {
      if (!socket.send(data, to.port, to.address)) return sendLater(data, to);
    },
    close: () => {
      socket.close();
      return Promise.resolve();
    },
  };
}
