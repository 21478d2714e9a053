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
import { Parking } from "./parking.ts";
import { loadTransport } from "./transports.ts";

/** Options of an {@link EslServer}. */
export interface EslServerOptions extends EslConnectionOptions {
  /** The address to listen on. Whoever reaches it is believed. @default "127.0.0.1" */
  readonly host?: string;
  /** The port to listen on; 0 for any. @default 8084 */
  readonly port?: number;
  /** How long FreeSWITCH stays after a channel has hung up, in ms, to the second. @default 10000 */
  readonly lingerMs?: number;
  /** How many calls at once. More are let go within a second: the dialplan goes on. @default 1000 */
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
  readonly #calls = new Map<EslConnection, Parking>();
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

  /**
   * Takes no more calls and lets go of those there are: the dialplan goes on with them. Resolves when
   * that is done, a second at most after the last has come.
   */
  async stop(): Promise<void> {
    const listener = this.#listener;
    this.#listener = undefined;
    const calls = [...this.#calls].map(([connection, parking]) => letGo(connection, parking));
    await Promise.all([listener?.close(), ...calls]);
  }

  /** The same as {@link stop}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  #accept(transport: EslTransportMaker, socket: EslSocket): void {
    const { maxSessions = 1000, handshakeTimeoutMs = 5000 } = this.#options;
    // Those that are too many take a second to be let go.
    if (this.#listener === undefined || this.#calls.size >= 2 * maxSessions) {
      return socket.destroy();
    }
    const { clock } = this.#context;
    const isTooMany = this.#calls.size >= maxSessions;
    const parking = new Parking(clock);
    let session: EslSession | undefined;
    const late = new EslTimeoutError(
      `Cannot take a call as its first words take more than ${handshakeTimeoutMs} ms`,
    );
    const limit = clock.setTimer(() => connection.abort(late), handshakeTimeoutMs);
    const connection = new EslConnection(
      { transport, socket },
      this.#context,
      {
        onEvent: (event) => {
          parking.see(event);
          session?.take(event);
        },
        onLinger: () => session?.linger(),
        onClose: (error) => {
          limit.cancel();
          parking.end();
          this.#calls.delete(connection);
          if (session === undefined) return;
          this.#sessions.delete(session);
          session.end(error);
        },
      },
      this.#applications,
    );
    this.#calls.set(connection, parking);
    const onOpened = (opened: EslSession) => {
      session = opened;
      this.#sessions.add(session);
    };
    const opening = isTooMany
      ? this.#refuse(connection)
      : this.#open(connection, { parking, onOpened, onGreeted: () => limit.cancel() });
    void opening.catch((error) => {
      limit.cancel();
      this.#failed(error);
      return letGo(connection, parking);
    });
  }

  /** Says what FreeSWITCH waits for, as it would not go on without. Rejects always. */
  async #refuse(connection: EslConnection): Promise<never> {
    await connection.command("connect");
    const { maxSessions = 1000 } = this.#options;
    throw new EslError(`Cannot take a call as there may be ${maxSessions} at once at most`);
  }

  /** Rejects with what fails, which ends this connection only. */
  async #open(
    connection: EslConnection,
    { parking, onOpened, onGreeted }: {
      readonly parking: Parking;
      readonly onOpened: (session: EslSession) => void;
      readonly onGreeted: () => void;
    },
  ): Promise<void> {
    const { lingerMs = 10_000 } = this.#options;
    const channel = await openSession(connection, {
      format: this.#context.format,
      lingerSeconds: Math.max(1, Math.round(lingerMs / 1000)),
    });
    onGreeted();
    const onThrow = (error: unknown) => this.#listenerThrew(error);
    const session = new EslSession(connection, channel, { parking, onThrow });
    onOpened(session);
    await this.#options.onSession(session);
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

/** Ends a connection when that makes the dialplan go on. */
async function letGo(connection: EslConnection, parking: Parking): Promise<void> {
  await parking.done;
  connection.close();
}
