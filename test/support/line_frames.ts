/** Frames of a line, written down as what is heard on it. */
import { type AudioFrame, tone } from "../../src/audio/mod.ts";

/**
 * Frames of 20 ms from a line such as `.300 v600 .900 b500@1000`: silence, voice, a beep of 1 kHz. A
 * beep is marked as a voice too, as a detector takes one for it now and then.
 */
export function lineFrames(line: string, sampleRate = 8000): AudioFrame[] {
  const size = sampleRate / 50;
  const all: AudioFrame[] = [];
  for (const part of line.split(" ")) {
    const [, kind, ms, frequency] = /^([.vb])(\d+)(?:@(\d+))?$/.exec(part)!;
    const sound = kind === "b"
      ? tone([Number(frequency)], Number(ms), { sampleRate })
      : new Int16Array(size * Number(ms) / 20);
    for (let at = 0; at < sound.length; at += size) {
      const samples = sound.slice(at, at + size);
      all.push({ sampleRate, samples, timestamp: all.length * size, speech: kind !== "." });
    }
  }
  return all;
}
