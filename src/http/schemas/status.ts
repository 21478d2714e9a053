/** How the phone is. */

import * as v from "valibot";

const count = (what: string) => v.pipe(v.number(), v.integer(), v.minValue(0), v.description(what));

/** What became of calls. */
const counters = v.pipe(
  v.object({
    offered: count("Calls that came, or were begun"),
    answered: count("Those that were answered"),
    refused: count("Those that were not taken, with a status that says why"),
    failed: count("Those that were given up or failed before they were answered"),
  }),
  v.metadata({ ref: "Counters" }),
);

const load = v.pipe(
  v.looseObject({
    isOverloaded: v.pipe(v.boolean(), v.description("New calls are refused until it is better")),
    latenessMs: v.pipe(v.number(), v.description("How late ticks are, the 99th percentile, in ms")),
  }),
  v.description("How busy the machine is"),
);

const trunk = v.pipe(
  v.object({
    name: v.string(),
    state: v.pipe(v.string(), v.description("registered, unregistered, failed...")),
    error: v.optional(v.pipe(v.string(), v.description("Why it has failed"))),
  }),
  v.metadata({ ref: "Trunk" }),
);

/** Of a phone that takes no more calls. */
const draining = v.pipe(
  v.object({
    left: count("Calls that are still there"),
    of: count("Calls there were when it began"),
    elapsedMs: v.pipe(v.number(), v.description("Since it began")),
    limitMs: v.pipe(v.number(), v.description("After this time the rest is hung up")),
  }),
  v.metadata({ ref: "Draining" }),
);

/** How the phone is. */
export const status = v.pipe(
  v.object({
    version: v.string(),
    startedAt: v.pipe(v.number(), v.description("When it was started, in ms since 1970")),
    uptimeMs: v.number(),
    isReady: v.pipe(v.boolean(), v.description("It takes calls")),
    address: v.optional(
      v.pipe(
        v.object({ address: v.string(), port: v.number() }),
        v.description("Where SIP reaches it"),
      ),
    ),
    calls: count("Calls there are"),
    counters: v.pipe(counters, v.description("Calls that came in")),
    placed: v.pipe(counters, v.description("Calls of ours")),
    refusals: v.optional(
      v.pipe(v.record(v.string(), v.number()), v.description("Refused calls, by reason")),
    ),
    load: v.optional(load),
    freeswitch: v.pipe(
      v.nullable(v.object({ isConnected: v.boolean() })),
      v.description("The event socket; null where none is configured"),
    ),
    trunks: v.array(trunk),
    doors: v.pipe(v.array(v.string()), v.description("What calls may come by")),
    isDraining: v.boolean(),
    draining: v.optional(draining),
    viewers: count("Those who watch the events"),
  }),
  v.metadata({ ref: "Status" }),
);

/** The process answers. */
export const health = v.pipe(
  v.object({ status: v.literal("alive"), uptimeMs: v.number() }),
  v.metadata({ ref: "Health" }),
);

/** Whether calls may be sent here. */
export const readiness = v.pipe(
  v.object({
    isReady: v.boolean(),
    reason: v.optional(
      v.pipe(v.picklist(["not-started", "draining", "overloaded"]), v.description("Why not")),
    ),
  }),
  v.metadata({ ref: "Readiness" }),
);

/** How the phone is. */
export type Status = v.InferOutput<typeof status>;
/** Whether calls may be sent here. */
export type Readiness = v.InferOutput<typeof readiness>;
