/** Which strategy controls a call, and that it does one thing at a time. */

import { within } from "../../clock/mod.ts";
import type { BridgeOptions } from "../../media/mod.ts";
import { EslClosedError } from "../../esl/mod.ts";
import { claimedChannel } from "../claimed_channel.ts";
import { FreeSwitchControl } from "../freeswitch/freeswitch_control.ts";
import type { FreeSwitchLink } from "../freeswitch/freeswitch_link.ts";
import { bridgeCalls } from "./bridge_calls.ts";
import type { CallControl, ControlledCall, ParkedCall, ParkOptions } from "./call_control.ts";
import { DoorControl } from "./door_control.ts";
import { causeCode } from "./hangup_cause.ts";
import { SipControl } from "./sip_control.ts";
import type { TransferOptions, TransferResult, TransferTarget } from "../../backend/mod.ts";
import { targetKind } from "./transfer_target.ts";

/** How long FreeSWITCH may take to hang up on a caller before we end our leg of the call, in ms. */
const HANG_UP_MS = 5000;
/** The longest time that anything may take, in ms: a day. */
const LONGEST_MS = 86_400_000;

/** What one can do to a call, whichever way it came. */
export class CallControls implements CallControl {
  readonly #call: ControlledCall;
  readonly #link: FreeSwitchLink | undefined;
  /** What is under way, by which the caller leaves us. */
  #leaving: string | undefined;

  /** Controls `call`, over `link` if it is a call of that FreeSWITCH. */
  constructor(call: ControlledCall, link: FreeSwitchLink | undefined) {
    this.#call = call;
    this.#link = link;
  }

  async transfer(target: TransferTarget, options: TransferOptions = {}): Promise<TransferResult> {
    targetKind(target);
    checkTime("transfer", options.timeoutMs);
    if (this.#call.signal.aborted) return { outcome: "ended" };
    return await this.#leave("transfer", (control) => control.transfer(target, options));
  }

  async hangup(cause: string): Promise<void> {
    if (causeCode(cause) === undefined) {
      throw new RangeError(
        `Cannot hang up as the cause must be a name of FreeSWITCH's: current value is ${cause}`,
      );
    }
    if (await this.#hangUpThere(cause)) return;
    await new SipControl(this.#call).hangup(cause);
  }

  /** Has FreeSWITCH hang up on the caller of a live call: whether it could. Our leg can end without it. */
  async #hangUpThere(cause: string): Promise<boolean> {
    const { isLive, clock } = this.#call;
    if (!isLive || this.#link?.isConnected !== true || !this.#isClaimed) return false;
    let isDone = false;
    const hangingUp = this.#strategy("hang up")
      .then((control) => control.hangup(cause))
      .then(() => void (isDone = true));
    // The connection was lost over it, or the channel has ended in the same moment.
    hangingUp.catch(() => {});
    await within(clock, hangingUp, HANG_UP_MS);
    return isDone;
  }

  async park(options: ParkOptions = {}): Promise<ParkedCall> {
    checkTime("park the caller", options.timeoutMs);
    return await this.#leave("park the caller", (control) => control.park(options));
  }

  /** Lets the callers of two calls speak with each other: in FreeSWITCH if both are there, or here. */
  async bridge(other: CallControls, options: BridgeOptions = {}): Promise<void> {
    const what = "bridge two calls";
    if (other === this) throw new TypeError(`Cannot ${what} as that takes two: both are one`);
    await this.#leave(what, (one) =>
      other.#leave(what, async (two) => {
        if (one instanceof FreeSwitchControl && two instanceof FreeSwitchControl) {
          return await one.bridge(two);
        }
        await bridgeCalls(this.#call, other.#call, options);
      }));
  }

  async variable(name: string): Promise<string | undefined> {
    return await (await this.#strategy("read a variable")).variable(name);
  }

  async setVariable(name: string, value: string | undefined): Promise<void> {
    await (await this.#strategy("set a variable")).setVariable(name, value);
  }

  /** Whether it says that it came through FreeSWITCH. */
  get #isClaimed(): boolean {
    return claimedChannel(this.#call.info) !== undefined;
  }

  /** Only one way out at a time. */
  async #leave<T>(what: string, act: (control: CallControl) => Promise<T>): Promise<T> {
    if (this.#leaving !== undefined) {
      throw new TypeError(
        `Cannot ${what} as a caller is transferred, parked or bridged once at a time: ` +
          `current value is ${this.#leaving}`,
      );
    }
    this.#leaving = what;
    try {
      return await act(await this.#strategy(what));
    } finally {
      this.#leaving = undefined;
    }
  }

  async #strategy(what: string): Promise<CallControl> {
    if (!this.#call.isLive) {
      const state = this.#call.signal.aborted ? "over" : "not answered yet";
      throw new TypeError(`Cannot ${what} as the call is live: current state is ${state}`);
    }
    const link = this.#link;
    if ((this.#call.info.door ?? "sip") !== "sip") return new DoorControl(this.#call);
    if (link === undefined || !link.isConnected) {
      if (!this.#isClaimed) return new SipControl(this.#call);
      // FreeSWITCH would take a REFER for a transfer in a dialplan that knows nobody.
      throw new EslClosedError(
        `Cannot ${what} as FreeSWITCH, through which the call came, is told so over its event socket: ` +
          (link === undefined
            ? "the phone's option `freeswitch` says where that is"
            : `current state is ${link.client.state}`),
      );
    }
    const channel = await link.channelOf(this.#call);
    if (channel !== undefined) return new FreeSwitchControl(link, this.#call, channel);
    // Whoever names a channel that is not its own is asked itself.
    return new SipControl(this.#call);
  }
}

/** @throws {RangeError} for what FreeSWITCH, and a timer, would take for no time or for ever */
function checkTime(what: string, timeoutMs: number | undefined): void {
  if (timeoutMs === undefined) return;
  if (typeof timeoutMs === "number" && timeoutMs > 0 && timeoutMs <= LONGEST_MS) return;
  throw new RangeError(
    `Cannot ${what} as timeoutMs is above 0 and up to a day: current value is ${timeoutMs}`,
  );
}
