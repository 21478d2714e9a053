/** The backend that says back what the caller said. */

import { tone } from "../audio/mod.ts";
import type { Speech, VoiceBackend } from "./voice_backend.ts";

const SAMPLE_RATE = 16_000;
/** Utterances kept for their way from `transcribe` to `speak`; more are only there if replies fail. */
const KEPT = 1000;

/**
 * A backend that greets with a short tone, listens, and says back each utterance once it is over.
 *
 * It needs no AI: its transcript of an utterance is a name under which it keeps the sound.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { echo } from "@sofia/phone/backend";
 *
 * const backend = echo();
 * const options = { signal: new AbortController().signal, sessionId: "1" };
 * const text = await backend.transcribe(new Int16Array([1, 2, 3]), 16000, options);
 * const answer = await backend.generate(text as string, "1", [], options);
 * const speech = { samples: new Int16Array([1, 2, 3]), sampleRate: 16000 };
 * assert.deepEqual(await backend.speak(answer as string, options), speech);
 * ```
 */
export function echo(): VoiceBackend {
  const kept = new Map<string, Speech>();
  let utterances = 0;
  return {
    onCallStart: () => ({
      samples: tone([660], 200, { sampleRate: SAMPLE_RATE, levelDb: -18 }),
      sampleRate: SAMPLE_RATE,
    }),
    transcribe(samples, sampleRate) {
      const name = `utterance ${++utterances}`;
      kept.set(name, { samples, sampleRate });
      if (kept.size > KEPT) kept.delete(kept.keys().next().value!);
      return name;
    },
    generate: (text) => text,
    speak(text) {
      const speech = kept.get(text);
      if (speech === undefined) {
        throw new RangeError(
          `Cannot echo as only utterances that were heard can be spoken: current value is ${text}`,
        );
      }
      kept.delete(text);
      return speech;
    },
  };
}
