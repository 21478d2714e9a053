/** A call that FreeSWITCH's dialplan handed to us over a socket. */

import type { EslConnection, ExecuteOptions } from "./esl_connection.ts";
import type { EslCommandOptions, EslControl } from "./esl_control.ts";
import { EslHangupError } from "./esl_error.ts";
import type { EslEvent } from "./esl_event.ts";
import type { EslReply } from "./esl_reply.ts";
import type { EslChannelEvent } from "./events/channel_event.ts";
import { type EslEventMap, isMapped } from "./events/event_map.ts";
import type { EslExecuteEvent } from "./events/execute_event.ts";
import { Listeners } from "./listeners.ts";
import type { Parking } from "./parking.ts";

/** What a session tells, by name. */
export interface EslSessionEvents extends EslEventMap {
  /** The channel has hung up; the connection stays for the last events. */
  readonly linger: undefined;
  /** The connection is over. */
  readonly closed: { readonly error: Error };
  /** Any event, after the listeners of its name were told. */
  readonly event: EslEvent;
}

/**
 * One channel, and the connection that controls it. An `EslServer` makes them.
 *
 * ```ts
 * import { EslServer } from "@sofia/phone/esl";
 *
 * const server = new EslServer({
 *   onSession: async (session) => {
 *     await session.answer();
 *     await session.bridge("sofia/internal/sip:agent@127.0.0.1:5070");
 *     await session.hangup();
 *   },
 * });
 * ```
 */
export class EslSession implements EslControl {
  /** The channel as it was when it came, with all its variables. */
  readonly channel: EslChannelEvent;
  /** The channel's UUID. */
  readonly uuid: string;
  /** Resolves when the connection is over. */
  readonly closed: Promise<void>;
  readonly #connection: EslConnection;
  readonly #parking: Parking;
  readonly #listeners: Listeners<EslSessionEvents>;
  readonly #onClosed: () => void;
  #cause: string | undefined;
  #isLingering = false;

  /** A session for `channel`; `onThrow` is told what a listener throws. */
  constructor(
    connection: EslConnection,
    channel: EslChannelEvent,
    options: { readonly parking: Parking; readonly onThrow: (error: unknown) => void },
  ) {
    const { parking, onThrow } = options;
    this.#connection = connection;
    this.#parking = parking;
    this.channel = channel;
    this.uuid = channel.uuid ?? "";
    this.#listeners = new Listeners(onThrow);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.closed = promise;
    this.#onClosed = resolve;
  }

  /** Whether the channel is up, has hung up, or the connection is over, too. */
  get state(): "up" | "hung up" | "closed" {
    if (!this.#connection.isOpen) return "closed";
    return this.#isLingering || this.#cause !== undefined ? "hung up" : "up";
  }

  /** Why the channel has hung up, such as `NORMAL_CLEARING`, once that is known. */
  get hangupCause(): string | undefined {
    return this.#cause;
  }

  /** Adds a listener and returns how to remove it. */
  on<Name extends keyof EslSessionEvents>(
    name: Name,
    listener: (detail: EslSessionEvents[Name]) => void,
  ): () => void {
    return this.#listeners.on(name, listener);
  }

  command(line: string, options?: EslCommandOptions): Promise<EslReply> {
    return this.#connection.command(line, options);
  }

  api(command: string, options?: EslCommandOptions): Promise<string> {
    return this.#connection.api(command, options);
  }

  bgapi(command: string, options?: EslCommandOptions): Promise<string> {
    return this.#connection.bgapi(command, options);
  }

  /**
   * Runs an application of the dialplan on the channel; resolves when it is done, or was ended by the
   * channel's hanging up, which {@link EslExecuteEvent.hangupCause} tells.
   *
   * Rejects with `EslRefusedError` when FreeSWITCH has no such application, which is found out before
   * it is asked, and with `EslHangupError` when the channel hangs up and it never began.
   */
  async execute(
    application: string,
    argument = "",
    options?: ExecuteOptions,
  ): Promise<EslExecuteEvent> {
    if (this.state === "hung up") {
      const cause = this.#cause ?? "its cause is not known yet";
      throw new EslHangupError(
        `Cannot execute ${application} as the channel has hung up: ${cause}`,
        { reply: this.#cause },
      );
    }
    return await this.#connection.execute(this.uuid, application, argument, options);
  }

  /** Answers the call. */
  answer(options?: ExecuteOptions): Promise<EslExecuteEvent> {
    return this.execute("answer", "", options);
  }

  /** Bridges the call to what a dial string says; resolves when the bridge is over. */
  bridge(target: string, options?: ExecuteOptions): Promise<EslExecuteEvent> {
    return this.execute("bridge", target, options);
  }

  /** Hangs up, with a cause such as `USER_BUSY`. */
  hangup(cause = "NORMAL_CLEARING"): Promise<void> {
    return this.#connection.hangup(this.uuid, cause);
  }

  /**
   * Lets go of the call: the dialplan goes on with what stands behind `socket`. Resolves when the
   * connection is over, which takes up to a second when the call has just come.
   */
  async close(): Promise<void> {
    await this.#parking.done;
    this.#connection.close();
    await this.closed;
  }

  /** An event came. For the server. */
  take(event: EslEvent): void {
    const { name } = event;
    if (name === "CHANNEL_HANGUP_COMPLETE" && event.uuid === this.uuid) {
      this.#cause = event.get("Hangup-Cause") ?? "UNKNOWN";
    }
    // eventOf has made it of the class that belongs to the name.
    if (isMapped(name)) this.#listeners.emit(name, event as EslSessionEvents[typeof name]);
    this.#listeners.emit("event", event);
  }

  /** The channel has hung up. For the server. */
  linger(): void {
    this.#isLingering = true;
    this.#listeners.emit("linger", undefined);
  }

  /** The connection is over. For the server. */
  end(error: Error): void {
    this.#listeners.emit("closed", { error });
    this.#onClosed();
  }
}
