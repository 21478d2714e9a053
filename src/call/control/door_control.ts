/** Calls that came by another door than SIP: nobody there can be asked for anything, so that we do it. */

import type { TransferOptions, TransferResult, TransferTarget } from "../../backend/mod.ts";
import type { CallControl, ControlledCall, ParkedCall } from "./call_control.ts";
import type { PlacedLeg } from "./consultation.ts";
import { reasonOfCause } from "./hangup_cause.ts";
import { speakThroughUs, transferByCalling } from "./transfer_by_calling.ts";
import { callableTarget } from "./transfer_target.ts";

/** Controls one call that came by a door. */
export class DoorControl implements CallControl {
  readonly #call: ControlledCall;

  /** Controls `call`. */
  constructor(call: ControlledCall) {
    this.#call = call;
  }

  /**
   * Calls the target by SIP, and lets the caller speak with it through us until one of them hangs up,
   * which ends both calls.
   */
  async transfer(target: TransferTarget, options: TransferOptions): Promise<TransferResult> {
    const { signal, afterwards } = options;
    if (afterwards === "return") {
      throw new TypeError(
        "Cannot transfer and have the caller return as only FreeSWITCH can bring it back",
      );
    }
    const to = callableTarget(target);
    if (signal?.aborted) return { outcome: "cancelled" };
    const handOver = (leg: PlacedLeg, resume: () => void) => {
      resume();
      return speakThroughUs(this.#call, leg);
    };
    const result = await transferByCalling(this.#call, { target, to, options, handOver });
    if (result === undefined) throw this.#unfit("transfer the caller", "a phone that can call");
    return result;
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

  #unfit(what: string, needed = "FreeSWITCH"): TypeError {
    return new TypeError(
      `Cannot ${what} as that needs ${needed}: current value is a call that came by ` +
        `${this.#call.info.door}`,
    );
  }
}
