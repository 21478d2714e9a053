/** How somebody is called. */

import * as v from "valibot";

/** Whom to call, and how. */
export const placeCall = v.pipe(
  v.strictObject({
    to: v.pipe(
      v.string(),
      v.minLength(1),
      v.maxLength(256),
      v.description("A number for the trunk, or an address"),
      v.examples(["+4930123456", "sip:1001@127.0.0.1:5060"]),
    ),
    from: v.optional(
      v.pipe(
        v.string(),
        v.minLength(1),
        v.maxLength(256),
        v.description("Who calls, as the called sees it"),
      ),
    ),
    trunk: v.optional(
      v.pipe(v.string(), v.maxLength(128), v.description("The trunk, by its name")),
    ),
    headers: v.optional(
      v.pipe(
        v.record(
          v.pipe(v.string(), v.regex(/^[A-Za-z][\w-]{0,63}$/, "is the name of a header")),
          v.pipe(
            v.string(),
            v.maxLength(512),
            // A line feed would begin a header of its own.
            v.regex(/^[^\p{Cc}]*$/u, "is one line of text"),
          ),
        ),
        v.maxEntries(32),
        v.description("Further fields of the invitation"),
        v.examples([{ "X-Campaign": "7" }]),
      ),
    ),
    ringTimeoutMs: v.optional(
      v.pipe(v.number(), v.minValue(1), v.maxValue(600_000), v.description("How long it may ring")),
    ),
    detectMachine: v.optional(
      v.pipe(v.boolean(), v.description("Find out first whether a machine has answered")),
    ),
    say: v.optional(
      v.pipe(
        v.string(),
        v.minLength(1),
        v.maxLength(4000),
        v.description("What is said when somebody has answered, after the agent's greeting"),
      ),
    ),
  }),
  v.metadata({ ref: "PlaceCall", examples: [{ to: "+4930123456", trunk: "provider" }] }),
);

/** When to answer. */
export const placeCallQuery = v.object({
  wait: v.optional(
    v.pipe(
      v.picklist(["answered"]),
      v.description("Answer when somebody has answered, or nobody has; else at once"),
    ),
  ),
});
