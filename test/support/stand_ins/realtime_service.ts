/**
 * A stand-in for OpenAI's Realtime API over WebSocket, as it is since it left beta.
 *
 * It takes the events of the API reference, refuses others as that would, and answers each turn of
 * the caller with a tone.
 */
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { RealtimeSession } from "./realtime_session.ts";
import { WebSocketPeer } from "./web_socket_peer.ts";

/** What the service knows and does. */
export interface RealtimeScript {
  /** The only key it takes. */
  readonly key: string;
  /** The length of its answers, one after another; the last one stays. In ms. */
  readonly answersMs: readonly number[];
}

/** The service, and the sessions it had. */
export class RealtimeService implements AsyncDisposable {
  /** One for each connection that was taken, in order. */
  readonly sessions: RealtimeSession[] = [];
  /** Connections that were refused, by status. */
  readonly refused: number[] = [];
  /** Takes no connection while this is set. */
  isDown = false;
  readonly #server: Server = createServer((_request, response) => {
    response.writeHead(426).end();
  });
  readonly #script: RealtimeScript;
  readonly #sockets = new Set<Duplex>();

  private constructor(script: RealtimeScript) {
    this.#script = script;
    this.#server.on("upgrade", (request, socket) => this.#take(request, socket));
  }

  /** Starts it on a free port of 127.0.0.1. */
  static async start(script: RealtimeScript): Promise<RealtimeService> {
    const service = new RealtimeService(script);
    await new Promise<void>((resolve) => service.#server.listen(0, "127.0.0.1", resolve));
    return service;
  }

  /** Where it is reached, without the model. */
  get url(): string {
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1/realtime`;
  }

  /** Ends it, with the connections it has. */
  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    this.#server.closeAllConnections();
    await closed;
  }

  #take(request: IncomingMessage, socket: Duplex): void {
    this.#sockets.add(socket);
    socket.on("close", () => this.#sockets.delete(socket));
    const { pathname, searchParams } = new URL(request.url ?? "", "http://127.0.0.1");
    const status = this.isDown
      ? 503
      : pathname !== "/v1/realtime"
      ? 404
      : request.headers.authorization !== `Bearer ${this.#script.key}`
      ? 401
      : !searchParams.get("model")
      ? 400
      : 101;
    if (status !== 101) {
      this.refused.push(status);
      return void socket.end(`HTTP/1.1 ${status} Refused\r\nContent-Length: 0\r\n\r\n`);
    }
    const session: RealtimeSession = new RealtimeSession({
      send: (event) => peer.send(JSON.stringify(event)),
      cut: () => peer.cut(),
      answersMs: this.#script.answersMs,
    });
    const peer = new WebSocketPeer(request, socket, {
      onText: (text) => session.take(text),
      onClose: () => session.end(),
    });
    this.sessions.push(session);
    session.begin(searchParams.get("model")!);
  }
}
