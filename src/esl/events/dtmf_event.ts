import { EslChannelEvent } from "./channel_event.ts";

/** DTMF events count samples of the telephone network's rate, whatever the codec's. */
const SAMPLES_PER_MS = 8;

/**
 * A key was pressed (`DTMF`).
 *
 * @example
 * ```ts
 * import { EslDtmfEvent, parsePlainEvent } from "@sofia/phone/esl";
 * import assert from "node:assert/strict";
 *
 * const text = "DTMF-Digit: %23\nDTMF-Duration: 1600\nDTMF-Source: RTP\n\n";
 * const event = new EslDtmfEvent(parsePlainEvent(new TextEncoder().encode(text)));
 * assert.deepEqual([event.digit, event.durationMs, event.source], ["#", 200, "RTP"]);
 * ```
 */
export class EslDtmfEvent extends EslChannelEvent {
  /** The key: 0-9, `*`, `#`, A-D. */
  get digit(): string | undefined {
    const digit = this.get("DTMF-Digit")?.toUpperCase();
    return digit !== undefined && /^[0-9*#A-D]$/.test(digit) ? digit : undefined;
  }

  /** How long it was held, in milliseconds. */
  get durationMs(): number | undefined {
    const samples = this.number("DTMF-Duration");
    return samples === undefined ? undefined : samples / SAMPLES_PER_MS;
  }

  /** The way it came, such as `RTP`, `INBAND_AUDIO`, `ENDPOINT` (SIP INFO), `APP`. */
  get source(): string | undefined {
    return this.get("DTMF-Source");
  }
}
