/** How fast an agent answers, and how fast it gives way. */

import type { SoundSpan } from "./agent_ear.ts";
import type { AgentSentence } from "./agent_watch.ts";
import type { CallerDeed } from "./script_player.ts";

/** Sentences that follow each other are a packet apart, or a little more where the line is uneven. */
const TOUCH_MS = 60;

/** Something the caller said, and when it was answered. */
export interface AnsweredTurn {
  /** What was said; things said with no answer between them are one turn. */
  readonly text: string;
  /** Its first sound, in ms of the call. */
  readonly startMs: number;
  /** Its last sound, in ms of the call. */
  readonly endMs: number;
  /** When the first sound of the agent after it came to the caller, in ms of the call. */
  readonly answeredMs: number | undefined;
  /** From its last sound to the agent's first, in ms; undefined if it was not answered. */
  readonly latencyMs: number | undefined;
  /** How long the caller waited before it spoke again or the call was over, in ms. */
  readonly waitedMs: number;
}

/** The caller began to speak while the agent was to be heard. */
export interface BargeIn {
  /** What the caller said. */
  readonly text: string;
  /** Its first sound, in ms of the call. */
  readonly startMs: number;
  /** When the last of what the agent was saying had come, in ms of the call. */
  readonly stopMs: number;
  /** From the one to the other, in ms. */
  readonly stopAfterMs: number;
}

/** The caller's turns. Sounds that are no speech are none. */
export function answersOf(
  deeds: readonly CallerDeed[],
  agentSounds: readonly SoundSpan[],
  callMs: number,
): AnsweredTurn[] {
  const said = deeds.filter(({ kind }) => kind === "speech");
  const turns: AnsweredTurn[] = [];
  let begun: { readonly texts: string[]; readonly startMs: number } | undefined;
  for (const [index, { text, startMs, endMs }] of said.entries()) {
    begun ??= { texts: [], startMs };
    begun.texts.push(text);
    const untilMs = said[index + 1]?.startMs ?? callMs;
    const answer = agentSounds.find((sound) => sound.startMs >= endMs && sound.startMs < untilMs);
    if (answer === undefined && index < said.length - 1 && !isHeard(agentSounds, endMs, untilMs)) {
      continue;
    }
    turns.push({
      text: begun.texts.join(" "),
      startMs: begun.startMs,
      endMs,
      answeredMs: answer?.startMs,
      latencyMs: answer && answer.startMs - endMs,
      waitedMs: untilMs - endMs,
    });
    begun = undefined;
  }
  return turns;
}

/**
 * Where the caller began to speak over the agent: also in a pause between two of its words, where what
 * it had left to say would have come.
 */
export function bargeInsOf(
  deeds: readonly CallerDeed[],
  agentSounds: readonly SoundSpan[],
  sentences: readonly AgentSentence[],
): BargeIn[] {
  const spans = merged([...agentSounds, ...sentences]);
  return deeds.filter(({ kind }) => kind === "speech").flatMap(({ text, startMs }) => {
    const over = spans.find((span) => span.startMs < startMs && span.endMs > startMs);
    if (over === undefined) return [];
    const stopMs = agentSounds.findLast((sound) => sound.startMs < over.endMs)?.endMs ?? startMs;
    const stopAfterMs = Math.max(0, stopMs - startMs);
    return [{ text, startMs, stopMs: startMs + stopAfterMs, stopAfterMs }];
  });
}

/** Spans that touch as one. */
function merged(spans: readonly SoundSpan[]): SoundSpan[] {
  const all: { startMs: number; endMs: number }[] = [];
  for (const { startMs, endMs } of [...spans].sort((a, b) => a.startMs - b.startMs)) {
    const last = all.at(-1);
    if (last !== undefined && startMs <= last.endMs + TOUCH_MS) {
      last.endMs = Math.max(last.endMs, endMs);
    } else all.push({ startMs, endMs });
  }
  return all;
}

function isHeard(sounds: readonly SoundSpan[], fromMs: number, toMs: number): boolean {
  return sounds.some(({ startMs, endMs }) => startMs < toMs && endMs > fromMs);
}
