/** The calls of a phone as channels of FreeSWITCH. */

import { type Clock, type Random, sleep, SystemClock, SystemRandom } from "../../clock/mod.ts";
import { EslClient, type EslError } from "../../esl/mod.ts";
import { ExpectedLegs } from "./expected_legs.ts";
import { type ClaimedCall, findChannel, type FreeSwitchChannel } from "./freeswitch_channel.ts";
import { FreeSwitchDoor, type FreeSwitchDoorOptions } from "./freeswitch_door.ts";
import type { FreeSwitchOptions } from "./freeswitch_options.ts";

/** How often a channel that is not bridged yet is looked at again, and after how long: for 3 s. */
const LOOKS = 60;
const LOOK_MS = 50;

/** What a link needs besides what its user says. */
export interface FreeSwitchLinkOptions extends FreeSwitchOptions {
  /** Time. @default the machine's */
  readonly clock?: Clock;
  /** Chance; it must not be guessable in production. @default the runtime's */
  readonly random?: Random;
  /** A call that was handed over by socket could not be taken. */
  readonly onError?: (error: unknown) => void;
  /** The connection came or went. */
  readonly onState?: (state: FreeSwitchState) => void;
}

/** How the connection stands, as a phone tells it. */
export interface FreeSwitchState {
  /** Whether commands can be sent. */
  readonly isConnected: boolean;
  /** Why it is not, if it is not. */
  readonly error?: EslError;
}

/**
 * The remote control of the FreeSWITCH that sends us our calls.
 *
 * It connects by itself and again whenever the connection is lost. Calls do not need it to go on.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { FreeSwitchLink } from "@sofia/phone/call";
 *
 * await using link = new FreeSwitchLink({ password: "secret" });
 * assert.equal(link.isConnected, false); // until link.start() has found it
 * ```
 */
export class FreeSwitchLink implements AsyncDisposable {
  /** The connection, for what the link itself does not do. More events: `client.subscribe`. */
  readonly client: EslClient;
  /** Legs to us that FreeSWITCH was asked for. */
  readonly expected: ExpectedLegs;
  /** What its user said. */
  readonly options: FreeSwitchLinkOptions;
  readonly #clock: Clock;
  #door: FreeSwitchDoor | undefined;
  readonly #onState: (state: FreeSwitchState) => void;

  /**
   * Not connected yet.
   *
   * @throws {RangeError | TypeError} for options that cannot work
   */
  constructor(options: FreeSwitchLinkOptions) {
    const { clock = new SystemClock(), random = new SystemRandom(), events = [] } = options;
    this.options = options;
    this.expected = new ExpectedLegs(random);
    this.#clock = clock;
    this.#onState = options.onState ?? (() => {});
    this.client = new EslClient({
      ...options,
      clock,
      random,
      events: ["CHANNEL_BRIDGE", "DTMF", ...events],
    });
    this.client.on("resynced", () => this.#onState({ isConnected: true }));
    this.client.on("reconnecting", ({ error }) => this.#onState({ isConnected: false, error }));
    this.client.on("closed", ({ error }) => this.#onState({ isConnected: false, error }));
  }

  /** Whether commands can be sent now. */
  get isConnected(): boolean {
    return this.client.state === "connected";
  }

  /**
   * Begins to connect, and goes on until it is closed. Nothing waits for that, and what goes wrong with it
   * is told by the state.
   *
   * Rejects with the system's error when the options have a door whose address cannot be had.
   *
   * @param us our SIP address, as FreeSWITCH reaches it; needed for a door only
   */
  async start(us?: string): Promise<void> {
    const { door } = this.options;
    // First, as who cannot take calls must not be left with a connection.
    if (door !== undefined) await this.#openDoor(door, us);
    this.client.connect().catch(() => {});
  }

  /**
   * The caller's channel, proven to be bridged to this very call; undefined when the call is not one
   * of this FreeSWITCH, or claims what is not true.
   *
   * Rejects with `EslClosedError` while there is no connection.
   */
  async channelOf(call: ClaimedCall): Promise<FreeSwitchChannel | undefined> {
    for (let looks = 1;; looks++) {
      const found = await findChannel(this.client, call);
      if (found !== undefined || looks === LOOKS) return found || undefined;
      // We know that the call is answered before FreeSWITCH has bridged it.
      await sleep(this.#clock, LOOK_MS);
    }
  }

  /** Ends the connection for good, and takes no calls by socket any more. */
  async close(): Promise<void> {
    this.client.close();
    await this.#door?.close();
  }

  async #openDoor(door: FreeSwitchDoorOptions, us: string | undefined): Promise<void> {
    const { onError = () => {} } = this.options;
    if (us === undefined) {
      throw new TypeError(
        "Cannot take calls by socket as FreeSWITCH has to be told our SIP address",
      );
    }
    this.#door = new FreeSwitchDoor(door, { us, clock: this.#clock, onError });
    await this.#door.open();
  }

  /** The same as {@link close}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
