/** What is told when a request cannot be done. */

import * as v from "valibot";

/** One thing that is wrong with a request. */
export const fault = v.pipe(
  v.object({
    path: v.pipe(
      v.string(),
      v.description("Where it is, as a JSON pointer; empty for the whole"),
      v.examples(["/to"]),
    ),
    message: v.pipe(v.string(), v.description("What is wrong with it")),
  }),
  v.metadata({ ref: "Fault" }),
);

/** Why a request cannot be done, by {@link https://www.rfc-editor.org/rfc/rfc9457 RFC 9457}. */
export const problem = v.pipe(
  v.object({
    type: v.pipe(
      v.string(),
      v.description("What it is, in a word that stays the same"),
      v.examples(["urn:sofia-phone:no-such-call"]),
    ),
    title: v.pipe(v.string(), v.description("The same for people")),
    status: v.pipe(
      v.number(),
      v.integer(),
      v.minValue(400),
      v.maxValue(599),
      v.description("The status of the response"),
    ),
    detail: v.optional(
      v.pipe(v.string(), v.description("What is so this time, and what to change")),
    ),
    faults: v.optional(v.pipe(v.array(fault), v.description("What is wrong with the request"))),
    outcome: v.optional(
      v.pipe(v.string(), v.description("What became of a call: busy, no-answer, declined...")),
    ),
    sipStatus: v.optional(v.pipe(v.number(), v.description("The status that it was refused with"))),
    cause: v.optional(
      v.pipe(v.string(), v.description("Why, by FreeSWITCH's name"), v.examples(["USER_BUSY"])),
    ),
    id: v.optional(v.pipe(v.string(), v.description("The call that it is about"))),
  }),
  v.metadata({ ref: "Problem" }),
);

/** Why a request cannot be done. */
export type Problem = v.InferOutput<typeof problem>;
