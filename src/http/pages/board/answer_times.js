// @ts-check
/** Where the time of an answer goes, from the caller's last word to the first packet of the answer. */

/** @typedef {import("./wire.js").TurnTiming} TurnTiming */
/** @typedef {{ name: string, verb: string, cause: string, fromMs: number, ms: number }} Stage */

/**
 * @typedef {object} AnswerTimes
 * @property {Stage[]} stages those that have an end, in order; times are in ms after the end of speech
 * @property {number | undefined} totalMs to the first packet; undefined where none left
 * @property {Stage | undefined} slowest the one that took longest
 * @property {"good" | "warn" | "bad"} tone
 * @property {string} verdict in words
 */

/** The steps, and what is to blame when they are slow. */
const STEPS = /** @type {const} */ ([
  ["transcriptAt", "hear", "Transcript", "the transcript"],
  ["firstTokenAt", "think", "First word", "the model's first word"],
  ["firstAudioAt", "speak", "First sound", "the first sound"],
  ["firstPacketAt", "send", "First packet", "the way out"],
]);

/** People wait 200 ms for each other; from here on an answer is felt to be late. */
export const SLOW_MS = 1000;
/** From here on callers ask whether anybody is there. */
export const VERY_SLOW_MS = 2000;

/** @param {TurnTiming} timing @returns {AnswerTimes} */
export function answerTimes(timing) {
  /** @type {Stage[]} */
  const stages = [];
  const { endedAt } = timing;
  let from = 0;
  if (endedAt !== undefined) {
    for (const [key, name, verb, cause] of STEPS) {
      const at = timing[key];
      if (at === undefined) continue;
      // What was done before the caller had ended, as it was heard while it was said, took no time.
      const until = Math.max(from, at - endedAt);
      stages.push({ name, verb, cause, fromMs: from, ms: until - from });
      from = until;
    }
  }
  const totalMs = timing.firstPacketAt === undefined || endedAt === undefined ? undefined : from;
  const slowest = stages.reduce(
    (/** @type {Stage | undefined} */ most, stage) =>
      most === undefined || stage.ms > most.ms ? stage : most,
    undefined,
  );
  return { stages, totalMs, slowest, ...judge(timing, totalMs, slowest) };
}

/**
 * @param {TurnTiming} timing
 * @param {number | undefined} totalMs
 * @param {Stage | undefined} slowest
 * @returns {{ tone: "good" | "warn" | "bad", verdict: string }}
 */
function judge({ endedAt, failures, firstPacketAt, interruptedAt }, totalMs, slowest) {
  if (failures !== undefined && failures.length > 0) {
    return { tone: "bad", verdict: `Failed: ${failures.join(", ")}` };
  }
  if (endedAt === undefined) return { tone: "warn", verdict: "The turn did not end" };
  if (totalMs === undefined || firstPacketAt === undefined) {
    return {
      tone: "warn",
      verdict: interruptedAt === undefined ? "No answer" : "Interrupted before the answer",
    };
  }
  if (totalMs < SLOW_MS || slowest === undefined) return { tone: "good", verdict: "" };
  const share = Math.round(100 * slowest.ms / totalMs);
  return {
    tone: totalMs < VERY_SLOW_MS ? "warn" : "bad",
    verdict: `Slow: ${share} % of it was ${slowest.cause}`,
  };
}

/**
 * @param {readonly number[]} values
 * @param {number} share 0..1
 * @returns {number | undefined} the value that this share does not exceed; undefined of none
 */
export function percentile(values, share) {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}
