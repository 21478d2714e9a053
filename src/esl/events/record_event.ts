import { EslChannelEvent } from "./channel_event.ts";

/**
 * A recording begins (`RECORD_START`) or ends (`RECORD_STOP`).
 *
 * @example
 * ```ts
 * import { EslRecordEvent, parsePlainEvent } from "@sofia/phone/esl";
 * import assert from "node:assert/strict";
 *
 * const text = "Record-File-Path: /var/rec/call.wav\nvariable_record_ms: 820\n\n";
 * const event = new EslRecordEvent(parsePlainEvent(new TextEncoder().encode(text)));
 * assert.deepEqual([event.path, event.recordedMs], ["/var/rec/call.wav", 820]);
 * ```
 */
export class EslRecordEvent extends EslChannelEvent {
  /** The file. */
  get path(): string | undefined {
    return this.get("Record-File-Path");
  }

  /** How much is in it, in milliseconds; known when it ends. */
  get recordedMs(): number | undefined {
    return this.number("variable_record_ms");
  }

  /** Why it ended, such as `success-silence` or `uuid_record-stop`, where FreeSWITCH says so. */
  get reason(): string | undefined {
    return this.get("Record-Completion-Cause") ?? this.variable("record_completion_cause");
  }
}
