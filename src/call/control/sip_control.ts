/** Calls that came straight by SIP: what the other side is asked for, it does itself. */

import type { TransferOptions, TransferResult, TransferTarget } from "../../backend/mod.ts";
import { SipStatusError } from "../../sip/mod.ts";
import { claimedChannel } from "../claimed_channel.ts";
import type { PlacedLeg } from "./consultation.ts";
import type { CallControl, ControlledCall, ParkedCall } from "./call_control.ts";
import { reasonOfCause } from "./hangup_cause.ts";
import { failed, speakThroughUs, transferByCalling } from "./transfer_by_calling.ts";
import { referUri } from "./transfer_target.ts";

/** How long the other side may take to call the human in our place, in ms. */
const HAND_OVER_MS = 5000;

/** Controls one call by requests in its dialog. */
export class SipControl implements CallControl {
  readonly #call: ControlledCall;

  /** Controls `call`. */
  constructor(call: ControlledCall) {
    this.#call = call;
  }

  /**
   * Asks the other side to call the target (REFER, RFC 3515), which tells how that goes; the caller is
   * ours until it has worked. RFC 5589, section 6: whoever asked hangs up then.
   */
  async transfer(target: TransferTarget, options: TransferOptions): Promise<TransferResult> {
    const { timeoutMs = 30_000, signal, hear = "silence" } = options;
    const uri = referUri(target, { host: this.#call.remoteHost });
    if (options.afterwards === "return") {
      throw new TypeError(
        "Cannot transfer and have the caller return as only FreeSWITCH can bring it back",
      );
    }
    if (signal?.aborted) return { outcome: "cancelled" };
    if (options.brief !== undefined) return await this.#attended(target, uri, options);
    const resume = this.#call.wait(hear);
    this.#call.leaveTo(target);
    try {
      const status = await this.#refer(uri, timeoutMs, signal);
      if (status === undefined) return { outcome: "cancelled" };
      if (status >= 300) return failed(status);
      if (!this.#call.signal.aborted) await this.#call.hangup();
      return { outcome: "completed" };
    } catch (error) {
      if (!(error instanceof SipStatusError)) throw error;
      // Who hangs up instead of telling how it went has what it wanted, or has had enough of us.
      if (this.#call.signal.aborted) return { outcome: "ended" };
      if (error.status === 408) return { outcome: "timeout", error };
      return { ...failed(error.status), error };
    } finally {
      if (!this.#call.signal.aborted) this.#call.leaveTo(undefined);
      resume();
    }
  }

  async hangup(cause: string): Promise<void> {
    await this.#call.hangup(reasonOfCause(cause));
  }

  park(): Promise<ParkedCall> {
    return Promise.reject(this.#unfit("park the caller"));
  }

  variable(): Promise<string | undefined> {
    return Promise.reject(this.#unfit("read a variable of the caller's channel"));
  }

  setVariable(): Promise<void> {
    return Promise.reject(this.#unfit("set a variable of the caller's channel"));
  }

  /**
   * Calls the target ourselves and tells it about the caller; then the other side takes our place there
   * (RFC 5589, section 7). Where it cannot, the two speak through us.
   */
  async #attended(
    target: TransferTarget,
    to: string,
    options: TransferOptions,
  ): Promise<TransferResult> {
    const handOver = (leg: PlacedLeg, resume: () => void) => this.#handOver(leg, resume);
    const result = await transferByCalling(this.#call, { target, to, options, handOver });
    if (result === undefined) throw this.#unfit("tell a human about the caller");
    return result;
  }

  async #handOver(leg: PlacedLeg, resume: () => void): Promise<boolean> {
    const call = this.#call;
    if (leg.replacedBy !== undefined) {
      const status = await call.refer(leg.replacedBy, { timeoutMs: HAND_OVER_MS })
        .catch((error) => error instanceof SipStatusError ? error.status : 500);
      // Where the human let go of us and nobody says why, the caller's telephone has taken our place.
      const isReplaced = status < 300 || (status === 408 && !leg.isLive);
      if (isReplaced || call.signal.aborted) {
        await Promise.all([leg.hangup(), call.hangup()]);
        return true;
      }
    }
    resume();
    return await speakThroughUs(call, leg);
  }

  #unfit(what: string): TypeError {
    const came = claimedChannel(this.#call.info) === undefined
      ? "a call that came straight by SIP"
      : "a call whose channel FreeSWITCH has not bridged to it";
    return new TypeError(`Cannot ${what} as that needs FreeSWITCH: current value is ${came}`);
  }

  /** The final status; undefined when we gave up. A REFER cannot be taken back, only left alone. */
  #refer(uri: string, timeoutMs: number, signal?: AbortSignal): Promise<number | undefined> {
    const asked = this.#call.refer(uri, { timeoutMs });
    if (signal === undefined) return asked;
    return new Promise((resolve, reject) => {
      const stop = () => resolve(undefined);
      signal.addEventListener("abort", stop, { once: true });
      asked.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
    });
  }
}
