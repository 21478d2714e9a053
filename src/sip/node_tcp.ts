/** TCP by `node:net`, which all runtimes have. The only file of the folder that knows it. */

import { createConnection, createServer, type Socket } from "node:net";
import type { Endpoint } from "../udp/mod.ts";
import type { TcpConnection, TcpListener } from "./tcp_socket.ts";

/** A connection over a socket. Every event of the socket is listened to from the first moment. */
class NodeTcpConnection implements TcpConnection {
  readonly remote: Endpoint;
  onData: (data: Uint8Array) => void = () => {};
  onClose: (error: Error | undefined) => void = () => {};
  readonly #socket: Socket;
  #error: Error | undefined;

  constructor(socket: Socket, remote: Endpoint) {
    this.remote = remote;
    this.#socket = socket;
    // Without it a small message waits up to 40 ms for the acknowledgement of the one before.
    socket.setNoDelay(true);
    socket.on("data", (data: Uint8Array) => this.onData(data));
    socket.on("error", (error: Error) => this.#error = error);
    socket.on("end", () => socket.end());
    socket.on("close", () => this.onClose(this.#error));
  }

  get pendingBytes(): number {
    return this.#socket.writableLength;
  }

  write(data: Uint8Array): void {
    if (!this.#socket.destroyed && this.#socket.writable) this.#socket.write(data);
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  end(): void {
    this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }
}

/**
 * Listens for TCP connections.
 *
 * @throws the error of the system, with its `code`, when the address cannot be had
 */
export function listenTcp(
  local: Endpoint,
  onConnection: (connection: TcpConnection) => void,
): Promise<TcpListener> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => {
      // A peer that is gone before it was accepted has no address.
      const { remoteAddress = "", remotePort = 0 } = socket;
      const remote = { address: withoutMapping(remoteAddress), port: remotePort };
      onConnection(new NodeTcpConnection(socket, remote));
    });
    server.once("error", reject);
    server.listen(local.port, local.address, () => {
      server.off("error", reject);
      // A failed accept (too many open files) is not the end of the others.
      server.on("error", () => {});
      const bound = server.address();
      const port = typeof bound === "object" && bound !== null ? bound.port : local.port;
      const close = () => new Promise<void>((done) => void server.close(() => done()));
      resolve({ local: { address: local.address, port }, close });
    });
  });
}

/** Begins to connect; what is written meanwhile waits. */
export function connectTcp(remote: Endpoint): TcpConnection {
  return new NodeTcpConnection(createConnection(remote.port, remote.address), remote);
}

/** A listener on `::` sees IPv4 peers as `::ffff:192.0.2.1`. */
function withoutMapping(address: string): string {
  return address.startsWith("::ffff:") && address.includes(".") ? address.slice(7) : address;
}
