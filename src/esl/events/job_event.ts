import { EslEvent } from "../esl_event.ts";

/**
 * A command that was to run in the background is done (`BACKGROUND_JOB`).
 *
 * @example
 * ```ts
 * import { EslJobEvent, parsePlainEvent } from "@sofia/phone/esl";
 * import assert from "node:assert/strict";
 *
 * const text = "Job-UUID: 3\nJob-Command: originate\nContent-Length: 6\n\n+OK 7\n";
 * const event = new EslJobEvent(parsePlainEvent(new TextEncoder().encode(text)));
 * assert.deepEqual([event.jobUuid, event.command, event.result], ["3", "originate", "+OK 7"]);
 * ```
 */
export class EslJobEvent extends EslEvent {
  /** Which job it was. */
  get jobUuid(): string | undefined {
    return this.get("Job-UUID");
  }

  /** The command without its argument. */
  get command(): string | undefined {
    return this.get("Job-Command");
  }

  /** Its argument. */
  get argument(): string | undefined {
    return this.get("Job-Command-Arg");
  }

  /** What it has to say, without the line end: `+OK ...`, `-ERR ...` or a text. */
  get result(): string {
    return this.body.replace(/\r?\n$/, "");
  }
}
