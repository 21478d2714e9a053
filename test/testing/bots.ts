/** Backends that tests of the kit talk with. */

import type { StepOptions, VoiceBackend } from "../../src/backend/mod.ts";
import { syntheticSpeech } from "../../src/testing/mod.ts";

/** A hotel that knows two answers, in a synthetic voice. */
export function hotel(differs: Partial<VoiceBackend> = {}): VoiceBackend {
  return {
    onCallStart: () => "Good day, this is the hotel. How can I help you?",
    transcribe: () => "",
    generate: (text: string, _sessionId: string, _history: unknown, _options: StepOptions) =>
      /room/i.test(text) ? "For how many nights? We have a few rooms left." : "Pardon?",
    speak: (text: string) => syntheticSpeech(text, { pitchHz: 200 }),
    ...differs,
  };
}
