/** TCP by `node:net`, which all runtimes have. The only file of the folder that knows it. */

import { createConnection, createServer, type Socket } from "node:net";
import type { EslListener, EslSocket } from "./esl_socket.ts";

/** After how long without a word the far machine is asked whether it is there, in ms. */
const KEEP_ALIVE_MS = 30_000;

/** A connection over a socket. Every event of the socket is listened to from the first moment. */
class NodeSocket implements EslSocket {
  onData: (data: Uint8Array) => void = () => {};
  onClose: (error: Error | undefined) => void = () => {};
  readonly #socket: Socket;
  #error: Error | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    // Without it a command waits up to 40 ms for the acknowledgement of the one before.
    socket.setNoDelay(true);
    // Whoever is called by FreeSWITCH has no heartbeat to tell by that its machine is gone.
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    socket.on("data", (data: Uint8Array) => this.onData(data));
    socket.on("error", (error: Error) => this.#error = error);
    socket.on("end", () => socket.end());
    // A reset connection has no "end".
    socket.on("close", () => this.onClose(this.#error));
  }

  write(text: string): void {
    if (!this.#socket.destroyed && this.#socket.writable) this.#socket.write(text);
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

/** Begins to connect; what is written meanwhile waits. */
export function connectSocket(host: string, port: number): EslSocket {
  return new NodeSocket(createConnection(port, host));
}

/**
 * Listens for connections.
 *
 * @throws the error of the system, with its `code`, when the address cannot be had
 */
export function listenForSockets(
  host: string,
  port: number,
  onSocket: (socket: EslSocket) => void,
): Promise<EslListener> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => onSocket(new NodeSocket(socket)));
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      // A failed accept (too many open files) is not the end of the others.
      server.on("error", () => {});
      const bound = server.address();
      const close = () => new Promise<void>((done) => void server.close(() => done()));
      resolve({ port: typeof bound === "object" && bound !== null ? bound.port : port, close });
    });
  });
}
