import { EslChannelEvent } from "./channel_event.ts";

/**
 * An application of the dialplan begins (`CHANNEL_EXECUTE`) or is done (`CHANNEL_EXECUTE_COMPLETE`).
 *
 * @example
 * ```ts
 * import { EslExecuteEvent, parsePlainEvent } from "@sofia/phone/esl";
 * import assert from "node:assert/strict";
 *
 * const text = "Application: playback\nApplication-Response: FILE%20PLAYED\n\n";
 * const event = new EslExecuteEvent(parsePlainEvent(new TextEncoder().encode(text)));
 * assert.deepEqual([event.application, event.response], ["playback", "FILE PLAYED"]);
 * ```
 */
export class EslExecuteEvent extends EslChannelEvent {
  /** The application. */
  get application(): string | undefined {
    return this.get("Application");
  }

  /** Its argument. */
  get argument(): string | undefined {
    return this.get("Application-Data");
  }

  /** What came of it, such as `FILE PLAYED`; `_none_` when the application does not say. */
  get response(): string | undefined {
    return this.get("Application-Response");
  }

  /** Why the channel has hung up meanwhile, which ends every application; undefined when it has not. */
  get hangupCause(): string | undefined {
    return this.get("Hangup-Cause");
  }

  /** The `Event-UUID` that whoever asked for it gave it. */
  get applicationUuid(): string | undefined {
    return this.get("Application-UUID");
  }
}
