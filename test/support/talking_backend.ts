/**
 * A backend for the command line's `--backend` that talks for long: a word is 200 ms of its tone. What
 * happens is told on standard output, a line of JSON each; the sound of each turn is told, too.
 */
import { Buffer } from "node:buffer";
import process from "node:process";
import { tone } from "../../src/audio/mod.ts";
import type { VoiceBackend } from "../../src/backend/mod.ts";

const WORD_MS = 200;

function tell(what: Record<string, unknown>): void {
  process.stdout.write(`${JSON.stringify(what)}\n`);
}

function words(count: number, letter: string): string {
  return Array.from({ length: count }, (_, i) => `${letter}${String(i).padStart(3, "0")}`).join(
    " ",
  );
}

const talking: VoiceBackend = {
  sampleRate: 8000,
  onCallStart: () => words(50, "a"),
  transcribe(audio) {
    const bytes = Buffer.from(audio.buffer, audio.byteOffset, audio.byteLength);
    tell({ turn: bytes.toString("base64") });
    return "Something.";
  },
  generate(_text, _sessionId, history) {
    tell({ history });
    return words(50, "b");
  },
  // Each word is 5 letters with its space, and each letter as long as the next.
  speak: (text) => ({
    samples: tone([1000], (text.length + 1) / 5 * WORD_MS, { levelDb: -20 }),
    sampleRate: 8000,
  }),
  onInterrupt: (spoken) => tell({ interrupt: spoken }),
};

export default talking;
