/** Where FreeSWITCH's dialplan hands over calls. */

import type { Lateness } from "../clock/mod.ts";
import { ApplicationNames } from "./application_names.ts";
import { type ConnectionContext, contextOf, type EslCounters } from "./connection_options.ts";
import type { EslConnectionOptions } from "./connection_options.ts";
import { EslConnection } from "./esl_connection.ts";
import { EslError, EslTimeoutError } from "./esl_error.ts";
import { EslSession } from "./esl_session.ts";
import type { EslListener, EslSocket } from "./esl_socket.ts";
import type { EslTransportMaker } from "./esl_transport.ts";
import { listenForSockets } from "./node_net.ts";
import { openSession } from "./open_session.ts";
import { loadTransport } from "./transports.ts";

/** Options of an {@link EslServer}. */
export interface EslServerOptions extends EslConnectionOptions {
  /** The address to listen on. Whoever reaches it is believed. @default "127.0.0.1" */
  readonly host?: string;
  /** The port to listen on; 0 for any. @default 8084 */
  readonly port?: number;
  /** How long FreeSWITCH stays after a channel has hung up, in ms, to the second. @default 10000 */
  readonly lingerMs?: number;
  /** How many calls at once. More are let go, and the dialplan goes on. @default 1000 */
  readonly maxSessions?: number;
  /** How long the first words may take, in ms. @default 5000 */
  readonly handshakeTimeoutMs?: number;
  /**
   * A call is there. When what this returns rejects, `onError` is told and the call is let go; when it
   * resolves, the call stays until it ends.
   */
  readonly onSession: (session: EslSession) => void | Promise<void>;
  /** A connection or a listener failed; the others are not touched. @default nobody is told */
  readonly onError?: (error: unknown) => void;
}

/**
 * Takes the calls of `socket HOST:8084 async full`, each over a connection of its own.
 *
 * @example
 * ```ts
 * import { EslServer } from "@sofia/phone/esl";
 * import assert from "node:assert/strict";
 *
 * await using server = new EslServer({
 *   port: 0,
 *   onSession: async (session) => void await session.answer(),
 * });
 * await server.start();
 * assert(server.port > 0);
 * assert.equal(server.sessions.size, 0);
 * ```
 */
export class EslServer implements AsyncDisposable {
  readonly #options: EslServerOptions;
  readonly #context: ConnectionContext;
  readonly #applications = new ApplicationNames();
  readonly #sessions = new Set<EslSession>();
  readonly #connections = new Set<EslConnection>();
  #listener: EslListener | undefined;

  /**
   * A server that does nothing until {@link start}.
   *
   * @throws {RangeError} when an option is out of its range
   */
  constructor(options: EslServerOptions) {
    const { maxSessions = 1000, lingerMs = 10_000, handshakeTimeoutMs = 5000 } = options;
    for (const [name, value] of Object.entries({ maxSessions, lingerMs, handshakeTimeoutMs })) {
      if (value > 0 && Number.isFinite(value)) continue;
      throw new RangeError(
        `Cannot take calls as ${name} must be above 0: current value is ${value}`,
      );
    }
    this.#options = options;
    this.#context = contextOf(options);
  }

  /** The port it listens on; 0 when it does not. */
  get port(): number {
    return this.#listener?.port ?? 0;
  }

  /** The calls there are. */
  get sessions(): ReadonlySet<EslSession> {
    return this.#sessions;
  }

  /** How long events waited for their listeners, over all calls. */
  get lag(): Lateness {
    return this.#context.lag;
  }

  /** What all connections have met so far. */
  get counters(): Readonly<EslCounters> {
    return this.#context.counters;
  }

  /** Listens. Rejects with the system's error when the address cannot be had. */
  async start(): Promise<void> {
    if (this.#listener !== undefined) throw new Error("Cannot start as the server listens already");
    const { host = "127.0.0.1", port = 8084, transport, limits } = this.#options;
    const make = await loadTransport(transport, limits);
    this.#listener = await listenForSockets(host, port, (socket) => this.#accept(make, socket));
  }

  /** Takes no more calls and lets go of those there are: the dialplan goes on with them. */
  async stop(): Promise<void> {
    const listener = this.#listener;
    this.#listener = undefined;
    for (const connection of this.#connections) connection.close();
    await listener?.close();
  }

  /** The same as {@link stop}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  #accept(transport: EslTransportMaker, socket: EslSocket): void {
    const { maxSessions = 1000, handshakeTimeoutMs = 5000 } = this.#options;
    if (this.#listener === undefined || this.#connections.size >= maxSessions) {
      socket.destroy();
      return this.#failed(
        new EslError(`Cannot take a call as there may be ${maxSessions} at once at most`),
      );
    }
    let session: EslSession | undefined;
    const late = new EslTimeoutError(
      `Cannot take a call as its first words take more than ${handshakeTimeoutMs} ms`,
    );
    const limit = this.#context.clock.setTimer(() => connection.abort(late), handshakeTimeoutMs);
    const connection = new EslConnection(
      { transport, socket },
      this.#context,
      {
        onEvent: (event) => session?.take(event),
        onLinger: () => session?.linger(),
        onClose: (error) => {
          limit.cancel();
          this.#connections.delete(connection);
          if (session === undefined) return;
          this.#sessions.delete(session);
          session.end(error);
        },
      },
      this.#applications,
    );
    this.#connections.add(connection);
    void this.#open(connection, (opened) => {
      limit.cancel();
      session = opened;
    });
  }

  /** Never rejects: what fails is told and ends this connection only. */
  async #open(
    connection: EslConnection,
    onOpened: (session: EslSession) => void,
  ): Promise<void> {
    const { lingerMs = 10_000 } = this.#options;
    try {
      const channel = await openSession(connection, {
        format: this.#context.format,
        lingerSeconds: Math.max(1, Math.round(lingerMs / 1000)),
      });
      const session = new EslSession(connection, channel, (error) => this.#listenerThrew(error));
      onOpened(session);
      this.#sessions.add(session);
      await this.#options.onSession(session);
    } catch (error) {
      this.#failed(error);
      connection.close();
    }
  }

  #listenerThrew(error: unknown): void {
    this.#context.counters.listenerErrors++;
    this.#failed(error);
  }

  #failed(error: unknown): void {
    try {
      this.#options.onError?.(error);
    } catch {
      // Who cannot be told of errors is not told.
    }
  }
}
