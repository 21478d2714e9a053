/** What can be asked of a conversation. */

import type { HistoryEntry } from "../backend/mod.ts";
import type { SoundSpan } from "./agent_ear.ts";
import type { Conversation, ConversationEnd } from "./conversation.ts";

/** What came of a check. */
export interface CheckResult {
  /** Whether it holds. */
  readonly pass: boolean;
  /** What was asked, as the end of "Expected the conversation ...". */
  readonly expected: string;
  /** What was found instead, or all the same. */
  readonly found: string;
}

/** The text or the pattern that is looked for. */
export type Words = string | RegExp;

/** Silence before the first and after the last sound, and pauses, are weighed alike. */
export interface SilenceOptions {
  /** Where to begin to look, in ms of the call. @default 0 */
  readonly fromMs?: number;
}

/** Whether each turn of the caller was answered in time; one it did not wait for is passed over. */
export function answersWithinMs(conversation: Conversation, ms: number): CheckResult {
  const judged = conversation.turns.filter(({ latencyMs, waitedMs }) =>
    latencyMs !== undefined || waitedMs >= ms
  );
  const late = judged.filter(({ latencyMs }) => latencyMs === undefined || latencyMs > ms);
  const found = judged.map(({ text, latencyMs }) =>
    `"${text}" ${latencyMs === undefined ? "never" : `after ${Math.round(latencyMs)} ms`}`
  );
  return {
    pass: judged.length > 0 && late.length === 0,
    expected: `to answer within ${ms} ms`,
    found: found.length > 0 ? `it answered ${found.join(", ")}` : "the caller asked nothing",
  };
}

/** Whether the agent stopped in time wherever the caller spoke over it. */
export function stopsWithinMs({ bargeIns }: Conversation, ms: number): CheckResult {
  const found = bargeIns.map(({ text, stopAfterMs }) =>
    `${Math.round(stopAfterMs)} ms after the onset of "${text}"`
  );
  return {
    pass: bargeIns.length > 0 && bargeIns.every(({ stopAfterMs }) => stopAfterMs <= ms),
    expected: `to stop speaking within ${ms} ms`,
    found: found.length > 0
      ? `it stopped ${found.join(", ")}`
      : "the caller never began to speak while the agent was to be heard",
  };
}

/** Whether the caller heard these words of the agent. */
export function hasHeard({ agentText }: Conversation, words: Words): CheckResult {
  const expected = `to have let the caller hear ${shown(words)}`;
  return { pass: contains(agentText, words), expected, found: `it heard "${agentText}"` };
}

/** Whether the agent had these words to say, heard or not. */
export function hasSaid({ sentences }: Conversation, words: Words): CheckResult {
  const text = sentences.map((sentence) => sentence.text).join(" ");
  return {
    pass: contains(text, words),
    expected: `to have the agent say ${shown(words)}`,
    found: `it said "${text}"`,
  };
}

/** Whether these words of the caller were understood. */
export function hasTranscribed({ transcribed }: Conversation, words: Words): CheckResult {
  const text = transcribed.map((turn) => turn.text).join(" ");
  return {
    pass: contains(text, words),
    expected: `to have understood ${shown(words)}`,
    found: `it understood "${text}"`,
  };
}

/** Whether the agent was cut short by the caller, so often if that is said. */
export function wasInterrupted({ interruptions }: Conversation, times?: number): CheckResult {
  const count = interruptions.length;
  return {
    pass: times === undefined ? count > 0 : count === times,
    expected: times === undefined ? "to be interrupted" : `to be interrupted ${times} times`,
    found: `it was ${count} times`,
  };
}

/** Whether the two were never to be heard together for longer than `ms` in all. */
export function hasNoOverlap(conversation: Conversation, ms = 0): CheckResult {
  const { callerSounds, agentSounds } = conversation;
  let both = 0;
  for (const caller of callerSounds) {
    for (const agent of agentSounds) {
      both += Math.max(
        0,
        Math.min(caller.endMs, agent.endMs) - Math.max(caller.startMs, agent.startMs),
      );
    }
  }
  return {
    pass: both <= ms,
    expected: `to have no overlap${ms > 0 ? ` of more than ${ms} ms` : ""}`,
    found: `the caller and the agent were to be heard together for ${Math.round(both)} ms`,
  };
}

/** Whether the history is this; what an entry does not say of `interrupted` is not asked. */
export function hasHistory(
  { history }: Conversation,
  expected: readonly HistoryEntry[],
): CheckResult {
  const pass = history.length === expected.length &&
    expected.every(({ role, text, interrupted }, index) =>
      history[index].role === role && history[index].text === text &&
      (interrupted === undefined || (history[index].interrupted ?? false) === interrupted)
    );
  return { pass, expected: `to have the history\n${written(expected)}`, found: written(history) };
}

/** Whether it ended like this. */
export function hasEnded({ ended }: Conversation, cause: ConversationEnd["cause"]): CheckResult {
  return {
    pass: ended.cause === cause,
    expected: `to have ended by "${cause}"`,
    found: `it ended by "${ended.cause}"`,
  };
}

/** Whether somebody was to be heard at least every `ms`. */
export function hasNoSilenceLongerThanMs(
  conversation: Conversation,
  ms: number,
  { fromMs = 0 }: SilenceOptions = {},
): CheckResult {
  const { callerSounds, agentSounds, ended } = conversation;
  let [longest, longestAt, end] = [0, fromMs, fromMs];
  const note = (startMs: number) => {
    if (startMs - end > longest) [longest, longestAt] = [startMs - end, end];
  };
  for (const { startMs, endMs } of ordered([...callerSounds, ...agentSounds])) {
    note(startMs);
    end = Math.max(end, endMs);
  }
  note(ended.atMs);
  return {
    pass: longest <= ms,
    expected: `to have no silence longer than ${ms} ms`,
    found: `nobody was to be heard for ${Math.round(longest)} ms from ` +
      `${(longestAt / 1000).toFixed(2)} s on`,
  };
}

function ordered(spans: readonly SoundSpan[]): SoundSpan[] {
  return [...spans].sort((a, b) => a.startMs - b.startMs);
}

/** A text is looked for by its words: neither case nor signs matter. */
function contains(text: string, words: Words): boolean {
  // A pattern that is global remembers where it was.
  if (typeof words !== "string") {
    return new RegExp(words.source, words.flags.replace(/[gy]/g, "")).test(text);
  }
  return ` ${plain(text)} `.includes(` ${plain(words)} `);
}

function plain(text: string): string {
  return (text.toLowerCase().match(/[\p{L}\p{N}\p{M}]+/gu) ?? []).join(" ");
}

function shown(words: Words): string {
  return typeof words === "string" ? `"${words}"` : String(words);
}

function written(history: readonly HistoryEntry[]): string {
  return history.map(({ role, text, interrupted }) =>
    `  ${role}: "${text}"${interrupted ? " (interrupted)" : ""}`
  ).join("\n");
}
