/** The other way in: calls that FreeSWITCH's dialplan hands over by `socket`, and that come to us by SIP. */

import { type Clock, SystemClock } from "../../clock/mod.ts";
import {
  EslServer,
  type EslServerOptions,
  type EslSession,
  uuidSetvar,
  variablesBlock,
} from "../../esl/mod.ts";
import { CHANNEL_FIELD } from "../claimed_channel.ts";

/** Names our leg for the dialplan. While the caller's channel has it, that leg is not over but lost. */
const LEG = "sofia_phone_leg";
/** The state of a channel that goes on in the dialplan (`switch_channel_state_t`). */
const CS_EXECUTE = 4;

/** Where calls are handed over, and how FreeSWITCH then calls us. */
export interface FreeSwitchDoorOptions
  extends Omit<EslServerOptions, "clock" | "random" | "onSession" | "onError"> {
  /** The profile by which FreeSWITCH calls us. @default "sofia_phone" */
  readonly profile?: string;
  /** The codecs it offers us, as in `absolute_codec_string`. @default "PCMU" */
  readonly codecs?: string;
  /** After how long without a packet of ours it takes us for dead, in ms. @default 1000 */
  readonly mediaTimeoutMs?: number;
}

/** What a door leads to. */
export interface DoorContext {
  /** Our SIP address, as FreeSWITCH reaches it: `127.0.0.1:5070`. */
  readonly us: string;
  /** Time. @default the machine's */
  readonly clock?: Clock;
  /** Told of what failed; the caller is with the dialplan then. */
  readonly onError: (error: unknown) => void;
}

/**
 * Takes calls of `socket HOST:8084 async full`, answers nothing by itself, and has FreeSWITCH call us for
 * each: from there on they are calls as any other. When the bridge is over the dialplan goes on.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { FreeSwitchDoor } from "@sofia/phone/call";
 *
 * const context = { us: "127.0.0.1:5070", onError: (error: unknown) => console.error(error) };
 * await using door = new FreeSwitchDoor({ port: 0 }, context);
 * await door.open();
 * assert(door.port > 0);
 * ```
 */
export class FreeSwitchDoor implements AsyncDisposable {
  readonly #options: FreeSwitchDoorOptions;
  readonly #us: string;
  readonly #server: EslServer;

  /**
   * Not open yet.
   *
   * @throws {RangeError | TypeError} for options that cannot work
   */
  constructor(options: FreeSwitchDoorOptions, { us, clock, onError }: DoorContext) {
    this.#options = options;
    this.#us = us;
    this.#server = new EslServer({
      ...options,
      clock: clock ?? new SystemClock(),
      onSession: (session) => this.#lead(session),
      onError,
    });
  }

  /** The port calls are handed over at; 0 while it is closed. */
  get port(): number {
    return this.#server.port;
  }

  /** Takes calls from now on. Rejects with the system's error when the address cannot be had. */
  async open(): Promise<void> {
    await this.#server.start();
  }

  /** Takes no more calls. Those there are stay, as FreeSWITCH has them already. */
  async close(): Promise<void> {
    await this.#server.stop();
  }

  /** The same as {@link close}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #lead(session: EslSession): Promise<void> {
    const { profile = "sofia_phone", codecs = "PCMU", mediaTimeoutMs = 1000 } = this.#options;
    const { channel, uuid } = session;
    const number = channel.variable("sofia_phone_number") ?? channel.destination ?? "";
    const block = variablesBlock({
      [`sip_h_${CHANNEL_FIELD}`]: uuid,
      origination_uuid: channel.variable(LEG),
      absolute_codec_string: codecs,
      media_timeout: mediaTimeoutMs,
    });
    // What a caller has dialled is to be one user of one address.
    const user = number.replace(/[^\w.*+-]/g, "") || "unknown";
    const over = await session.bridge(`${block}sofia/${profile}/sip:${user}@${this.#us}`);
    // Who was transferred is on its way; that our connection ends is not to bring it back to the dialplan,
    // which FreeSWITCH would do in the middle of the next bridge (`listener_run` in mod_event_socket.c).
    // The state's name lags behind.
    const isWaiting = over.number("Channel-State-Number") === CS_EXECUTE;
    await uuidSetvar(session, uuid, isWaiting ? LEG : "socket_resume").catch(() => {});
    await session.close();
  }
}
