/** The way to a FreeSWITCH, kept open. */

import type { Lateness, Timer } from "../clock/mod.ts";
import { ApplicationNames } from "./application_names.ts";
import { BackOff } from "./back_off.ts";
import { oneLine } from "./command_text.ts";
import { type ConnectionContext, contextOf, type EslCounters } from "./connection_options.ts";
import type { EslClientEvents, EslClientOptions } from "./esl_client_options.ts";
import { EslConnection, type ExecuteOptions } from "./esl_connection.ts";
import type { EslCommandOptions, EslControl } from "./esl_control.ts";
import { EslAuthError, EslClosedError, EslError, EslTimeoutError } from "./esl_error.ts";
import type { EslEvent } from "./esl_event.ts";
import type { EslReply } from "./esl_reply.ts";
import type { EslTransportMaker } from "./esl_transport.ts";
import { isMapped } from "./events/event_map.ts";
import type { EslExecuteEvent } from "./events/execute_event.ts";
import { Listeners } from "./listeners.ts";
import { logIn } from "./log_in.ts";
import { connectSocket } from "./node_net.ts";
import { resync } from "./resync.ts";
import { SilenceWatch } from "./silence_watch.ts";
import { type EslFilter, Subscriptions } from "./subscriptions.ts";
import { loadTransport } from "./transports.ts";

/** Where a client stands. */
export type EslClientState = "idle" | "connecting" | "connected" | "waiting" | "closed";

/**
 * A client of FreeSWITCH's event socket: commands, events, and a connection that comes back.
 *
 * When the connection is lost, everything that waits is rejected with `EslClosedError`, and no command
 * is ever sent again by itself: it may have been done. The client then connects with growing waits, logs
 * in, subscribes as before, and tells of the channels there are as `resynced`.
 *
 * @example
 * ```ts
 * import { EslClient, EslClosedError } from "@sofia/phone/esl";
 * import assert from "node:assert/strict";
 *
 * await using freeswitch = new EslClient({ password: "secret", events: ["CHANNEL_ANSWER"] });
 * freeswitch.on("CHANNEL_ANSWER", (event) => console.log(event.uuid, event.callerName));
 * freeswitch.on("resynced", ({ channels }) => console.log(channels.length, "channels"));
 * // await freeswitch.connect();
 * await assert.rejects(freeswitch.api("status"), EslClosedError);
 * ```
 */
export class EslClient implements EslControl, AsyncDisposable {
  readonly #options: EslClientOptions;
  readonly #context: ConnectionContext;
  readonly #applications = new ApplicationNames();
  readonly #subscriptions: Subscriptions;
  readonly #backOff: BackOff;
  readonly #listeners: Listeners<EslClientEvents>;
  #transport: EslTransportMaker | undefined;
  #connection: EslConnection | undefined;
  #retry: Timer | undefined;
  #state: EslClientState = "idle";
  #wasConnected = false;
  #connecting: PromiseWithResolvers<void> | undefined;

  /**
   * A client that does nothing until {@link connect}.
   *
   * @throws {RangeError} or {TypeError} when an option is out of its range
   */
  constructor(options: EslClientOptions) {
    const { minBackoffMs: minMs = 250, maxBackoffMs: maxMs = 15_000 } = options;
    this.#options = options;
    this.#context = contextOf(options);
    oneLine("the password", options.password);
    oneLine("the user", options.user ?? "");
    this.#backOff = new BackOff(this.#context.random, { minMs, maxMs });
    this.#subscriptions = new Subscriptions(this.#context.format);
    this.#subscriptions.add(options.events ?? [], options.customEvents);
    for (const filter of options.filters ?? []) this.#subscriptions.addFilter(filter);
    this.#listeners = new Listeners((error, name) => this.#listenerFailed(error, name));
  }

  /** Where it stands. */
  get state(): EslClientState {
    return this.#state;
  }

  /** How long events waited for their listeners. */
  get lag(): Lateness {
    return this.#context.lag;
  }

  /** How long commands took to be answered, with what FreeSWITCH did for them. */
  get roundTrip(): Lateness {
    return this.#context.roundTrip;
  }

  /** What it has met so far. */
  get counters(): Readonly<EslCounters> {
    return this.#context.counters;
  }

  /**
   * Connects, and from then on again whenever the connection is lost.
   *
   * Resolves when it is connected and has told of the channels, which may take until FreeSWITCH is
   * there. Rejects with {@link EslAuthError} when the first login is refused, and with
   * {@link EslClosedError} when it is closed meanwhile; it is closed then.
   */
  async connect(): Promise<void> {
    if (this.#state === "closed") {
      throw new EslClosedError("Cannot connect as the client is closed");
    }
    if (this.#connecting === undefined) {
      this.#connecting = Promise.withResolvers();
      // Who is not interested need not listen.
      this.#connecting.promise.catch(() => {});
      this.#state = "connecting";
      try {
        this.#transport = await loadTransport(this.#options.transport, this.#options.limits);
        if (this.#isOpen()) this.#try();
      } catch (cause) {
        this.#finish(new EslError("Cannot connect as the transport cannot be had", { cause }));
      }
    }
    return await this.#connecting.promise;
  }

  /** Adds a listener and returns how to remove it. What it throws is told as `error`. */
  on<Name extends keyof EslClientEvents>(
    name: Name,
    listener: (detail: EslClientEvents[Name]) => void,
  ): () => void {
    return this.#listeners.on(name, listener);
  }

  command(line: string, options?: EslCommandOptions): Promise<EslReply> {
    return this.#use((connection) => connection.command(line, options));
  }

  api(command: string, options?: EslCommandOptions): Promise<string> {
    return this.#use((connection) => connection.api(command, options));
  }

  bgapi(command: string, options?: EslCommandOptions): Promise<string> {
    return this.#use((connection) => connection.bgapi(command, options));
  }

  /**
   * Runs an application of the dialplan on a channel; resolves when it is done, or was ended by the
   * channel's hanging up, which {@link EslExecuteEvent.hangupCause} tells.
   *
   * Rejects with `EslRefusedError` when FreeSWITCH has no such application, which is found out before
   * it is asked, and with `EslHangupError` when the channel hangs up and it never began.
   */
  execute(
    uuid: string,
    application: string,
    argument = "",
    options?: ExecuteOptions,
  ): Promise<EslExecuteEvent> {
    return this.#use((connection) => connection.execute(uuid, application, argument, options));
  }

  /** Asks for more events, now and on every connection to come. */
  async subscribe(names: readonly string[], customEvents: readonly string[] = []): Promise<void> {
    await this.#tell(this.#subscriptions.add(names, customEvents));
  }

  /** Lets only those events through that fit this or another filter, now and on connections to come. */
  async filter(filter: EslFilter): Promise<void> {
    await this.#tell(this.#subscriptions.addFilter(filter));
  }

  /** Takes a filter back. */
  async unfilter(filter: EslFilter): Promise<void> {
    await this.#tell(this.#subscriptions.removeFilter(filter));
  }

  /** Ends the connection for good. What waits is rejected. */
  close(): void {
    if (this.#isOpen()) this.#finish(undefined);
  }

  /** The same as {@link close}. */
  [Symbol.asyncDispose](): Promise<void> {
    this.close();
    return Promise.resolve();
  }

  async #use<T>(ask: (connection: EslConnection) => Promise<T>): Promise<T> {
    if (this.#connection !== undefined && this.#state === "connected") {
      return await ask(this.#connection);
    }
    throw new EslClosedError(
      `Cannot send a command as the client must be connected: current value is ${this.#state}`,
    );
  }

  async #tell(commands: readonly string[]): Promise<void> {
    const connection = this.#connection;
    // Who is not connected says all of it when it is.
    if (connection === undefined || this.#state !== "connected") return;
    await Promise.all(commands.map((command) => connection.command(command)));
  }

  /** A method, as a type guard would not see that listeners may have closed it meanwhile. */
  #isOpen(): boolean {
    return this.#state !== "closed";
  }

  #try(): void {
    const { host = "127.0.0.1", port = 8021, openSocket = connectSocket } = this.#options;
    const { connectTimeoutMs = 10_000, silenceMs = 65_000 } = this.#options;
    const { clock } = this.#context;
    this.#state = "connecting";
    this.#applications.forget();
    const socket = openSocket(host, port);
    const dead = new EslTimeoutError(`FreeSWITCH has said nothing for ${silenceMs} ms`);
    const watch = new SilenceWatch(clock, silenceMs, () => connection.abort(dead));
    const late = new EslTimeoutError(`Cannot log in as it takes more than ${connectTimeoutMs} ms`);
    const limit = clock.setTimer(() => connection.abort(late), connectTimeoutMs);
    const connection = new EslConnection(
      { transport: this.#transport!, socket },
      this.#context,
      {
        onSign: () => watch.sign(),
        onEvent: (event) => this.#tellOf(event),
        onAuthRequest: () => {
          void this.#begin(connection, limit);
        },
        onClose: (error) => {
          limit.cancel();
          watch.stop();
          if (this.#connection === connection) this.#lost(error);
        },
      },
      this.#applications,
    );
    this.#connection = connection;
  }

  /** Never rejects: what fails ends the connection, and with it the attempt. */
  async #begin(connection: EslConnection, limit: Timer): Promise<void> {
    const { password, user } = this.#options;
    try {
      await logIn(connection, {
        password,
        user,
        subscribe: () => this.#subscriptions.commands(),
      });
      // What follows has limits of its own, and commands are answered already.
      limit.cancel();
      if (this.#connection !== connection) return;
      const isFirst = !this.#wasConnected;
      this.#wasConnected = true;
      this.#state = "connected";
      this.#listeners.emit("connected", { isFirst });
      const channels = await resync(connection, this.#context.clock);
      this.#backOff.reset();
      this.#listeners.emit("resynced", { channels, isFirst });
      this.#connecting?.resolve();
    } catch (error) {
      connection.abort(
        error instanceof EslError ? error : new EslError("Cannot log in", { cause: error }),
      );
    }
  }

  #tellOf(event: EslEvent): void {
    // Some may still have waited when it was closed.
    if (!this.#isOpen()) return;
    const { name } = event;
    // eventOf has made it of the class that belongs to the name.
    if (isMapped(name)) this.#listeners.emit(name, event as EslClientEvents[typeof name]);
    this.#listeners.emit("event", event);
  }

  #lost(error: EslError): void {
    this.#connection = undefined;
    if (!this.#isOpen()) return;
    // A password that was never right will not become so; one that was may be about to change.
    if (error instanceof EslAuthError && !this.#wasConnected) return this.#finish(error);
    this.#state = "waiting";
    const delayMs = this.#backOff.next();
    const tries = this.#backOff.tries;
    this.#retry = this.#context.clock.setTimer(() => this.#try(), delayMs);
    this.#listeners.emit("reconnecting", { error, delayMs, tries });
  }

  #finish(error: EslError | undefined): void {
    this.#state = "closed";
    this.#retry?.cancel();
    this.#connection?.close();
    this.#connection = undefined;
    this.#connecting?.reject(error ?? new EslClosedError("The client was closed"));
    this.#listeners.emit("closed", { error });
  }

  #listenerFailed(error: unknown, name: keyof EslClientEvents): void {
    this.#context.counters.listenerErrors++;
    // One that fails on being told of an error is not told of that.
    if (name !== "error") this.#listeners.emit("error", { error });
  }
}
