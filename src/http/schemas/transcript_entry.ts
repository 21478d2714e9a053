/** What was said in a call. */

import * as v from "valibot";

/** Who of a call. */
export const side = v.picklist(["caller", "agent"]);

/** One thing that was said. */
export const transcriptEntry = v.pipe(
  v.object({
    at: v.pipe(
      v.number(),
      v.description(
        "When it began, in ms since 1970. An entry with the time and the side of an earlier one stands in its place",
      ),
    ),
    turn: v.pipe(
      v.number(),
      v.integer(),
      v.description("The caller's turn it belongs to; 0 before the first"),
    ),
    who: v.pipe(side, v.description("Who said it")),
    text: v.pipe(
      v.string(),
      v.description("The words; of an agent that was cut off, those that were heard"),
    ),
    cut: v.optional(
      v.pipe(v.string(), v.description("The words that the caller did not hear any more")),
    ),
    isPartial: v.optional(
      v.pipe(v.boolean(), v.description("More of it may come, and other words of it")),
    ),
  }),
  v.metadata({
    ref: "TranscriptEntry",
    examples: [
      { at: 1795773600000, turn: 1, who: "caller", text: "Do you have a room?" },
      { at: 1795773601200, turn: 1, who: "agent", text: "Yes, for two", cut: "nights." },
    ],
  }),
);

/** One thing that was said. */
export type TranscriptEntry = v.InferOutput<typeof transcriptEntry>;
