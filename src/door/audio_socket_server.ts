/** The door for Asterisk: its AudioSocket application connects to us, one connection for each call. */

import { listenTcp, type TcpConnection, type TcpListener } from "../sip/mod.ts";
import type { Endpoint } from "../udp/mod.ts";
import { AudioSocketCall, type AudioSocketCaller } from "./audio_socket_call.ts";
import type { DoorPhone } from "./door_phone.ts";

/** Options of an {@link AudioSocketServer}. */
export interface AudioSocketServerOptions {
  /** The address to listen on. There is no password in the protocol: keep it where only Asterisk is. @default "127.0.0.1" */
  readonly host?: string;
  /** The port to listen on; 0 takes any free one. @default 9092 */
  readonly port?: number;
  /** Connections at a time; one more is closed. @default 500 */
  readonly maxConnections?: number;
  /** The addresses that may connect. @default all that reach it */
  readonly trusted?: readonly string[];
  /**
   * Finds out who calls by the UUID that the dialplan gave; undefined refuses the call, and so does
   * whatever takes more than 5 s.
   * @default an anonymous caller
   */
  readonly whoIs?: (
    uuid: string,
  ) => AudioSocketCaller | undefined | Promise<AudioSocketCaller | undefined>;
  /** Told of what `whoIs` throws. @default nobody is told */
  readonly onError?: (error: unknown) => void;
}

/** What became of connections. */
export interface AudioSocketCounters {
  /** Those that came. */
  connections: number;
  /** Those that were closed at once: too many, or from an address that is not trusted. */
  turnedAway: number;
}

/**
 * Takes calls that Asterisk's dialplan sends: `AudioSocket(${UUID},127.0.0.1:9092)`, after `Answer()`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { echo, PhoneHandler } from "@sofia/phone";
 * import { AudioSocketServer } from "@sofia/phone/door";
 *
 * const phone = new PhoneHandler({ voiceBackend: echo(), sipPort: 0 });
 * await phone.start();
 * const server = new AudioSocketServer(phone, { port: 0 });
 * const { address } = await server.start();
 * assert.equal(address, "127.0.0.1");
 * await server.stop();
 * await phone.stop();
 * ```
 */
export class AudioSocketServer {
  /** What became of connections. */
  readonly counters: AudioSocketCounters = { connections: 0, turnedAway: 0 };
  readonly #phone: DoorPhone;
  readonly #options: AudioSocketServerOptions;
  readonly #calls = new Set<AudioSocketCall>();
  #listener: TcpListener | undefined;

  /** Listens from {@link start} on; `phone` gets the calls. */
  constructor(phone: DoorPhone, options: AudioSocketServerOptions = {}) {
    this.#phone = phone;
    this.#options = options;
  }

  /** How many connections there are. */
  get connections(): number {
    return this.#calls.size;
  }

  /** Begins to listen, and resolves with where. @throws {Error} when the port is taken */
  async start(): Promise<Endpoint> {
    const { host = "127.0.0.1", port = 9092 } = this.#options;
    const local = { address: host, port };
    this.#listener = await listenTcp(local, (connection) => this.#take(connection));
    return this.#listener.local;
  }

  /** Takes no more connections, ends those there are, and resolves when all are closed. */
  async stop(): Promise<void> {
    const closing = this.#listener?.close();
    for (const call of this.#calls) call.hangup();
    await Promise.all([...this.#calls].map(({ ended }) => ended));
    await closing;
  }

  #take(connection: TcpConnection): void {
    const { maxConnections = 500, trusted, onError = () => {} } = this.#options;
    const { whoIs = (): AudioSocketCaller => ({}) } = this.#options;
    this.counters.connections++;
    const isTrusted = trusted?.includes(connection.remote.address) ?? true;
    if (!isTrusted || this.#calls.size >= maxConnections) {
      this.counters.turnedAway++;
      return connection.destroy();
    }
    const call = new AudioSocketCall(this.#phone, connection, { whoIs, onError });
    this.#calls.add(call);
    void call.ended.then(() => this.#calls.delete(call));
  }
}
