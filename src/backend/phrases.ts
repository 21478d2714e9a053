/** Words whose sound is there before they are needed. */

import { tone } from "../audio/mod.ts";
import { type Clock, within } from "../clock/mod.ts";
import { partsOf } from "./parts.ts";
import { requireSpeech } from "./require.ts";
import type { Speech, VoiceBackend } from "./voice_backend.ts";

/** What speech a backend may take to make, in ms, before a tone takes its place. */
const LIMIT_MS = 10_000;

/** Two soft, falling notes: heard where there is no voice to say what is to be said. */
export function sigh(): Speech {
  const options = { sampleRate: 8000, levelDb: -20 };
  const notes = [tone([523], 160, options), tone([392], 240, options)];
  const samples = new Int16Array(notes[0].length + notes[1].length);
  samples.set(notes[0]);
  samples.set(notes[1], notes[0].length);
  return { samples, sampleRate: 8000 };
}

/**
 * The phrases of a phone in its backend's own voice, made once for all calls: what is said when the
 * backend is too slow, or fails.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mock, Phrases } from "@sofia/phone/backend";
 * import { SystemClock } from "@sofia/phone/clock";
 *
 * const phrases = new Phrases(mock({ msPerCharacter: 100 }), new SystemClock());
 * await phrases.prepare(["One moment."]);
 * assert.equal(phrases.get("One moment.")?.[0].samples.length, 16000 * 1.1);
 * ```
 */
export class Phrases {
  readonly #backend: VoiceBackend;
  readonly #clock: Clock;
  readonly #ready = new Map<string, readonly Speech[]>();

  /** Phrases in the voice of `backend`; `clock` measures how long that takes. */
  constructor(backend: VoiceBackend, clock: Clock) {
    this.#backend = backend;
    this.#clock = clock;
  }

  /**
   * Has the texts spoken. Resolves when all of them are there or cannot be had.
   *
   * @returns what failed, by text
   */
  async prepare(texts: readonly string[]): Promise<ReadonlyMap<string, unknown>> {
    const failures = new Map<string, unknown>();
    await Promise.all(texts.map(async (text) => {
      try {
        this.#ready.set(text, await this.#speak(text));
      } catch (error) {
        failures.set(text, error);
      }
    }));
    return failures;
  }

  /** The sound of a text; undefined if it could not be spoken. */
  get(text: string): readonly Speech[] | undefined {
    return this.#ready.get(text);
  }

  async #speak(text: string): Promise<Speech[]> {
    const abort = new AbortController();
    const options = { signal: abort.signal, sessionId: "" };
    const speaking = (async () => {
      const parts: Speech[] = [];
      for await (const part of partsOf<Speech>(this.#backend.speak(text, options))) {
        requireSpeech(part, "what speak gives");
        parts.push(part);
      }
      return parts;
    })();
    if (await within(this.#clock, speaking, LIMIT_MS)) return await speaking;
    speaking.catch(() => {});
    const error = new DOMException(`Speech took longer than ${LIMIT_MS} ms`, "TimeoutError");
    abort.abort(error);
    throw error;
  }
}
