/** How fast an agent answers, and how fast it gives way. */

import type { SoundSpan } from "./agent_ear.ts";
import type { CallerDeed } from "./script_player.ts";

/** Something the caller said, and when it was answered. */
export interface AnsweredTurn {
  /** What was said; things said with no answer between them are one turn. */
  readonly text: string;
  /** From its first sound to its last, in ms of the call. */
  readonly startMs: number;
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

/** Where the caller began to speak over the agent. */
export function bargeInsOf(
  deeds: readonly CallerDeed[],
  agentSounds: readonly SoundSpan[],
): BargeIn[] {
  return deeds.filter(({ kind }) => kind === "speech").flatMap(({ text, startMs }) => {
    const over = agentSounds.find((sound) => sound.startMs < startMs && sound.endMs > startMs);
    if (over === undefined) return [];
    return [{ text, startMs, stopMs: over.endMs, stopAfterMs: over.endMs - startMs }];
  });
}

function isHeard(sounds: readonly SoundSpan[], fromMs: number, toMs: number): boolean {
  return sounds.some(({ startMs, endMs }) => startMs < toMs && endMs > fromMs);
}
