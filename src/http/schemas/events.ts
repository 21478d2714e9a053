/** What is told by server-sent events. */

import * as v from "valibot";
import { transcriptEntry } from "./transcript_entry.ts";
import { turnTiming } from "./turn_timing.ts";

/** What to be told. */
export const eventsQuery = v.object({
  calls: v.optional(
    v.pipe(
      v.string(),
      v.maxLength(4096),
      v.description("The calls, by their ids with commas between; `*` is all"),
    ),
    "*",
  ),
  levels: v.optional(
    v.pipe(
      v.picklist(["0", "1"]),
      v.description("1: how loud both sides are, five times a second"),
    ),
    "0",
  ),
  ticket: v.optional(v.pipe(v.string(), v.description("In the place of the token"))),
});

/** A call is over; `record` follows when it is made. */
export const callEnded = v.pipe(
  v.object({
    id: v.string(),
    end: v.object({
      cause: v.string(),
      status: v.optional(v.number()),
      reason: v.optional(v.string()),
      transferredTo: v.optional(v.string()),
      error: v.optional(v.string()),
    }),
    durationMs: v.pipe(
      v.number(),
      v.description("From the answer to the end; 0 without an answer"),
    ),
  }),
  v.metadata({ ref: "CallEnded" }),
);

/** Something was said. */
export const transcriptEvent = v.pipe(
  v.object({ id: v.string(), entry: transcriptEntry }),
  v.metadata({ ref: "TranscriptEvent" }),
);

/** A turn is over. */
export const turnEvent = v.pipe(
  v.object({ id: v.string(), turn: turnTiming }),
  v.metadata({ ref: "TurnEvent" }),
);

/** A key was pressed. */
export const dtmfEvent = v.pipe(
  v.object({ id: v.string(), digit: v.string(), way: v.string(), durationMs: v.number() }),
  v.metadata({ ref: "DtmfEvent" }),
);

const peaks = v.array(v.pipe(v.number(), v.minValue(0), v.maxValue(1)));

/** How loud calls are. */
export const levels = v.pipe(
  v.object({
    at: v.number(),
    calls: v.pipe(
      v.record(v.string(), v.object({ caller: peaks, agent: peaks })),
      v.description("The peak of each 50 ms since the event before, by the id of the call"),
    ),
  }),
  v.metadata({ ref: "Levels" }),
);

/** The stream begins. */
export const hello = v.pipe(
  v.object({
    isResumed: v.pipe(
      v.boolean(),
      v.description(
        "What was missed follows; else the calls there are follow, and what was known is void",
      ),
    ),
  }),
  v.metadata({ ref: "Hello" }),
);
