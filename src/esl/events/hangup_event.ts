import { EslChannelEvent } from "./channel_event.ts";

/**
 * A channel has hung up (`CHANNEL_HANGUP`), and everything is known of it (`CHANNEL_HANGUP_COMPLETE`).
 *
 * @example
 * ```ts
 * import { EslHangupEvent, parsePlainEvent } from "@sofia/phone/esl";
 * import assert from "node:assert/strict";
 *
 * const text = "Hangup-Cause: USER_BUSY\nvariable_hangup_cause_q850: 17\n\n";
 * const event = new EslHangupEvent(parsePlainEvent(new TextEncoder().encode(text)));
 * assert.deepEqual([event.cause, event.causeCode], ["USER_BUSY", 17]);
 * ```
 */
export class EslHangupEvent extends EslChannelEvent {
  /** Why, such as `NORMAL_CLEARING` or `USER_BUSY`. */
  get cause(): string | undefined {
    return this.get("Hangup-Cause");
  }

  /** The same as the number of ITU-T Q.850, 16 for `NORMAL_CLEARING`. */
  get causeCode(): number | undefined {
    return this.number("variable_hangup_cause_q850");
  }

  /** Who hung up, such as `recv_bye` (the far end) or `send_bye` (FreeSWITCH). */
  get disposition(): string | undefined {
    return this.variable("sip_hangup_disposition");
  }

  /** From the beginning of the call to its end, in milliseconds. */
  get durationMs(): number | undefined {
    return this.number("variable_mduration");
  }

  /** From the answer to the end, in milliseconds; 0 for a call that was not answered. */
  get billedMs(): number | undefined {
    return this.number("variable_billmsec");
  }
}
