/** What can be done to a call, as it is asked for. */

import * as v from "valibot";

const sideOfMute = v.optional(
  v.pipe(v.picklist(["agent", "caller", "both"]), v.description("Who is not heard by the other")),
  "both",
);

/** Ends it. */
export const hangup = v.pipe(
  v.strictObject({
    cause: v.optional(
      v.pipe(
        v.string(),
        v.regex(/^[A-Z_]{1,64}$/, "is a name of FreeSWITCH's, such as USER_BUSY"),
        v.description("Why, by FreeSWITCH's name; a normal end without it"),
        v.examples(["NORMAL_CLEARING"]),
      ),
    ),
  }),
  v.metadata({ ref: "Hangup", examples: [{ cause: "NORMAL_CLEARING" }] }),
);

/** Gives the caller to somebody else. */
export const transfer = v.pipe(
  v.strictObject({
    to: v.pipe(
      v.string(),
      v.minLength(1),
      v.maxLength(256),
      v.description("A number, an extension, a SIP address, or in FreeSWITCH's own words"),
      v.examples(["1001"]),
    ),
    timeoutMs: v.optional(
      v.pipe(v.number(), v.minValue(1), v.maxValue(600_000), v.description("How long it may ring")),
    ),
    brief: v.optional(
      v.pipe(
        v.string(),
        v.maxLength(2000),
        v.description("What whoever takes the caller hears first"),
      ),
    ),
    wait: v.optional(
      v.pipe(v.boolean(), v.description("Answer with what became of it; or at once, with 202")),
      true,
    ),
  }),
  v.metadata({ ref: "Transfer", examples: [{ to: "1001", timeoutMs: 20000 }] }),
);

/** What became of a transfer. */
export const transferResult = v.pipe(
  v.object({
    outcome: v.pipe(
      v.picklist([
        ...["completed", "busy", "no-answer", "refused", "unreachable"] as const,
        ...["declined", "cancelled", "timeout", "ended"] as const,
      ]),
      v.description(
        "After `completed` and `ended` the caller is gone, else back in the conversation",
      ),
    ),
    cause: v.optional(v.pipe(v.string(), v.description("By FreeSWITCH's name"))),
    error: v.optional(v.pipe(v.string(), v.description("What failed"))),
  }),
  v.metadata({ ref: "TransferResult" }),
);

/** Has the agent say something. */
export const say = v.pipe(
  v.strictObject({
    text: v.pipe(v.string(), v.minLength(1), v.maxLength(4000), v.description("The words")),
    interrupts: v.optional(
      v.pipe(
        v.boolean(),
        v.description("Cut what the agent is saying, instead of coming after it"),
      ),
      false,
    ),
    interruptible: v.optional(
      v.pipe(
        v.union([v.boolean(), v.literal("keys")]),
        v.description("What may cut it: a key and the caller's voice, a key alone, nothing"),
      ),
      true,
    ),
    wait: v.optional(
      v.pipe(v.boolean(), v.description("Answer when it was heard; or at once, with 202")),
      true,
    ),
  }),
  v.metadata({ ref: "Say", examples: [{ text: "One moment, please." }] }),
);

/** What became of it. */
export const said = v.pipe(
  v.object({
    outcome: v.picklist(["played", "interrupted", "stopped", "failed", "ended"]),
    by: v.optional(v.pipe(v.picklist(["key", "speech"]), v.description("What cut it"))),
    heard: v.pipe(v.string(), v.description("The words that have left for the caller")),
    heardMs: v.number(),
    error: v.optional(v.string()),
  }),
  v.metadata({ ref: "Said" }),
);

/** Records. */
export const record = v.pipe(
  v.strictObject({
    action: v.pipe(
      v.picklist(["start", "pause", "resume", "stop"]),
      v.description("`stop` answers when the file is whole"),
    ),
  }),
  v.metadata({ ref: "Record", examples: [{ action: "start" }] }),
);

/** How the recording stands. */
export const recording = v.pipe(
  v.object({
    state: v.picklist(["recording", "paused", "finishing", "finished", "failed", "left"]),
    durationMs: v.optional(v.pipe(v.number(), v.description("Its length, when it is over"))),
  }),
  v.metadata({ ref: "Recording" }),
);

/** Presses keys. */
export const dtmf = v.pipe(
  v.strictObject({
    digits: v.pipe(
      v.string(),
      v.regex(/^[0-9*#A-D]{1,64}$/, "is 1 to 64 of 0-9, *, # and A-D"),
      v.description("The keys, one after another"),
      v.examples(["123#"]),
    ),
  }),
  v.metadata({ ref: "Dtmf", examples: [{ digits: "123#" }] }),
);

/** Mutes. */
export const mute = v.pipe(
  v.strictObject({ side: sideOfMute }),
  v.metadata({ ref: "Mute", examples: [{ side: "agent" }] }),
);

/** It was begun, or done, and there is nothing to tell of it. */
export const accepted = v.pipe(
  v.object({ id: v.pipe(v.string(), v.description("The call")) }),
  v.metadata({ ref: "Accepted" }),
);

/** There is nothing to say of it. */
export const nothing = v.pipe(v.strictObject({}), v.metadata({ ref: "Nothing", examples: [{}] }));
