import { describe, expect, test } from "bun:test";
import { silence, tone } from "../../src/audio/mod.ts";
import { ToneDetector } from "../../src/tone/mod.ts";

describe("ToneDetector", () => {
  test.each([[8000], [16_000], [48_000]])("measures a beep at %d Hz", (sampleRate) => {
    for (const frequency of [350, 440, 1000, 1400, 2100, 2600]) {
      const detector = new ToneDetector(sampleRate);
      const beep = tone([frequency], 400, { sampleRate, levelDb: -20 });
      const events = [...detector.push(beep), ...detector.push(silence(100, { sampleRate }))];
      expect(events.map(({ type }) => type)).toEqual(["start", "end"]);
      for (const event of events) {
        expect(Math.abs(event.frequency - frequency)).toBeLessThan(1);
        expect(Math.abs(event.levelDb + 23)).toBeLessThan(0.2);
      }
      expect(Math.abs(events[1].durationMs - 400)).toBeLessThanOrEqual(5);
    }
  });
});
