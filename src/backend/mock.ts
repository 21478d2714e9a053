/** A scripted backend, for tests of what surrounds one. */

import { tone } from "../audio/mod.ts";
import { type Clock, sleep } from "../clock/mod.ts";
import type { VoiceBackend } from "./voice_backend.ts";

/** One turn of the script. */
export interface MockTurn {
  /** What the caller's utterance is taken to say. */
  readonly hears: string;
  /** What the agent answers. */
  readonly says: string;
  /** How long it thinks before it answers, in ms of the mock's clock. @default 0 */
  readonly thinkMs?: number;
}

/** What the mock does. */
export interface MockOptions {
  /** Spoken when a call begins. @default no greeting */
  readonly greeting?: string;
  /** The turns in order; after the last they begin anew. */
  readonly script?: readonly MockTurn[];
  /** The length of its speech, in ms for each character. @default 60 */
  readonly msPerCharacter?: number;
  /** The pitch of its voice, a tone, in Hz. @default 440 */
  readonly frequency?: number;
  /** Samples per second of its voice. @default 16000 */
  readonly sampleRate?: number;
  /** Measures {@link MockTurn.thinkMs}; without one it does not think. */
  readonly clock?: Clock;
}

const SCRIPT: readonly MockTurn[] = [{ hears: "Something.", says: "I see." }];

/**
 * A backend that hears and says what its script tells, call by call, in a voice that is a tone.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mock } from "@sofia/phone/backend";
 *
 * const backend = mock({ script: [{ hears: "Are you open?", says: "Until six." }] });
 * const options = { signal: new AbortController().signal, sessionId: "1" };
 * assert.equal(backend.transcribe(new Int16Array(0), 16000, options), "Are you open?");
 * assert.equal(await backend.generate("Are you open?", "1", [], options), "Until six.");
 * ```
 */
export function mock(options: MockOptions = {}): VoiceBackend {
  const { greeting, script = SCRIPT, msPerCharacter = 60, frequency = 440 } = options;
  const { sampleRate = 16_000, clock } = options;
  if (script.length === 0) {
    throw new RangeError("Cannot make a mock as its script has at least one turn: it has none");
  }
  const turns = new Map<string, number>();
  const current = (sessionId: string) => script[((turns.get(sessionId) ?? 0) || 1) - 1];
  return {
    onCallStart: () => greeting,
    onCallEnd: ({ sessionId }) => void turns.delete(sessionId),
    transcribe(_audio, _sampleRate, { sessionId }) {
      turns.set(sessionId, (turns.get(sessionId) ?? 0) % script.length + 1);
      return current(sessionId).hears;
    },
    async generate(_text, sessionId) {
      const { says, thinkMs = 0 } = current(sessionId);
      if (clock !== undefined && thinkMs > 0) {
        await sleep(clock, thinkMs);
      }
      return says;
    },
    speak: (text) => ({
      samples: tone([frequency], text.length * msPerCharacter, { sampleRate }),
      sampleRate,
    }),
  };
}
