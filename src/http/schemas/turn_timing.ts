/** Where the time of a turn went. */

import * as v from "valibot";

const moment = (what: string) =>
  v.optional(v.pipe(v.number(), v.description(`${what}, in ms since 1970`)));

/** When the steps of one turn of the caller, and of its answer, were done. */
export const turnTiming = v.pipe(
  v.object({
    turn: v.pipe(v.number(), v.integer(), v.description("Its number")),
    beganAt: v.pipe(v.number(), v.description("The caller began to speak, in ms since 1970")),
    endedAt: moment("The caller's turn was over"),
    silenceMs: v.optional(
      v.pipe(
        v.number(),
        v.description("The silence before `endedAt`, the price of being certain, in ms"),
      ),
    ),
    transcriptAt: moment("It was known what the caller said"),
    firstTokenAt: moment("The first word of the answer came"),
    firstAudioAt: moment("The first sound of the answer was made"),
    firstPacketAt: moment("The first packet of the answer left"),
    repliedAt: moment("All of the answer was made"),
    playedAt: moment("The last packet of the answer left"),
    interruptedAt: moment("The caller spoke over the answer"),
    bargeInMs: v.optional(
      v.pipe(
        v.number(),
        v.description("From the caller's voice to the silence of the agent, in ms"),
      ),
    ),
    falseAlarms: v.pipe(
      v.number(),
      v.integer(),
      v.description("Voices over the answer that were no turn of the caller"),
    ),
    heard: v.optional(v.pipe(v.string(), v.description("What the caller said"))),
    said: v.optional(v.pipe(v.string(), v.description("What the agent answered"))),
    unheard: v.optional(v.pipe(v.string(), v.description("What of it was cut off"))),
    failures: v.optional(v.pipe(v.array(v.string()), v.description("The steps that failed"))),
  }),
  v.metadata({ ref: "TurnTiming" }),
);

/** When the steps of one turn were done. */
export type TurnTimingView = v.InferOutput<typeof turnTiming>;
