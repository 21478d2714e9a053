/** Calls that are over. */

import * as v from "valibot";
import { transcriptEntry } from "./transcript_entry.ts";
import { turnTiming } from "./turn_timing.ts";

const fields = {
  id: v.pipe(v.string(), v.description("Names the call")),
  record: v.pipe(
    v.looseObject({
      id: v.string(),
      direction: v.picklist(["in", "out"]),
      from: v.object({ user: v.string(), name: v.optional(v.string()) }),
      to: v.object({ user: v.string() }),
      startedAt: v.pipe(v.string(), v.isoTimestamp()),
      answeredAt: v.optional(v.pipe(v.string(), v.isoTimestamp())),
      endedAt: v.pipe(v.string(), v.isoTimestamp()),
      durationMs: v.number(),
      end: v.looseObject({ cause: v.string() }),
    }),
    v.description("The record of the call, as it is written to the file of records"),
  ),
  hasRecording: v.pipe(v.boolean(), v.description("There is a recording to fetch")),
};

/** A call that is over, in a list. */
export const pastCall = v.pipe(v.object(fields), v.metadata({ ref: "PastCall" }));

/** A call that is over, with what was said in it. */
export const pastCallDetail = v.pipe(
  v.object({ ...fields, transcript: v.array(transcriptEntry), timings: v.array(turnTiming) }),
  v.metadata({ ref: "PastCallDetail" }),
);

/** A page of them. */
export const history = v.pipe(
  v.object({
    calls: v.pipe(v.array(pastCall), v.description("The latest first")),
    next: v.optional(
      v.pipe(v.number(), v.description("`before` of the next page; absent on the last")),
    ),
  }),
  v.metadata({ ref: "History" }),
);

/** What may have become of a call, or be known of it. */
const KINDS = ["answered", "refused", "unanswered", "recorded", "slow"] as const;

/** Which page, and of which calls. */
export const historyQuery = v.object({
  limit: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^[1-9]\d{0,2}$/, "is a whole number of 1 to 999"),
      v.description("How many calls at most"),
    ),
    "50",
  ),
  before: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^\d{1,15}$/, "is what `next` was"),
      v.description("`next` of the page before"),
    ),
  ),
  q: v.optional(
    v.pipe(
      v.string(),
      v.maxLength(100, "is at most 100 characters"),
      v.description(
        "Words, each of which is in the call: in its names, numbers and id, in why it ended, or in " +
          "what was said",
      ),
    ),
  ),
  only: v.optional(
    v.pipe(
      v.picklist(KINDS, `is one of ${KINDS.join(", ")}`),
      v.description(
        "What became of it, or what there is of it; `slow` are answers of a second and more",
      ),
    ),
  ),
});

/** A page of calls that are over. */
export type History = v.InferOutput<typeof history>;
/** A call that is over. */
export type PastCall = v.InferOutput<typeof pastCall>;
/** What may have become of a call, or be known of it. */
export type PastKind = typeof KINDS[number];
