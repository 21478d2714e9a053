/** A port that stays while what is behind it comes and goes. */
import { connect, createServer, type Server, type Socket } from "node:net";

/** Passes connections of one port of 127.0.0.1 on to another. */
export class TcpRelay implements AsyncDisposable {
  /** The port that is passed on to; 0 turns everybody away. */
  target: number;
  /** Whether nothing is passed on any more, though all connections stay: as when a cable is pulled. */
  isFrozen = false;
  #server: Server;
  #sockets = new Set<Socket>();

  private constructor(server: Server, target: number) {
    this.#server = server;
    this.target = target;
  }

  /** The port it listens on. */
  get port(): number {
    const address = this.#server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  }

  /** Listens on a port of its own. */
  static async listen(target: number): Promise<TcpRelay> {
    const server = createServer();
    const relay = new TcpRelay(server, target);
    server.on("connection", (near: Socket) => relay.#join(near));
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(0, "127.0.0.1", resolve);
    });
    return relay;
  }

  /** Resets all connections. */
  cut(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  /** Ends it. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => void this.#server.close(() => resolve()));
  }

  #join(near: Socket): void {
    if (this.target === 0) {
      near.resetAndDestroy();
      return;
    }
    const far = connect(this.target, "127.0.0.1");
    for (const [socket, other] of [[near, far], [far, near]]) {
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      socket.on("error", () => {});
      socket.on("data", (data: Uint8Array) => void (this.isFrozen || other.write(data)));
      socket.on("end", () => other.end());
      socket.on("close", () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
    }
  }
}
