/** A backend that says nothing by itself. */

import { isVoiceBackend } from "./backend_stage.ts";
import type { Backend, VoiceBackend } from "./voice_backend.ts";

/**
 * The voice of a backend, for calls in which only announcements are made. One that is no voice backend
 * has none for words: what is announced then must be sound.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mock, voiceOnly } from "@sofia/phone/backend";
 *
 * const options = { signal: new AbortController().signal, sessionId: "1" };
 * assert.equal(voiceOnly(mock()).generate("Hello?", "1", [], options), "");
 * ```
 */
export function voiceOnly(backend: Backend): VoiceBackend {
  return {
    transcribe: () => "",
    generate: () => "",
    speak: (text, options) => {
      if (isVoiceBackend(backend)) return backend.speak(text, options);
      throw new TypeError("Cannot say words as the backend has no voice for them: give sound");
    },
  };
}
