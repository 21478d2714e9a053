import { describe, expect, test } from "bun:test";
import { rmsLevel } from "../../src/audio/mod.ts";
import { SeededRandom } from "../../src/clock/mod.ts";
import { Concealer, LossConcealer } from "../../src/jitter/mod.ts";
import { recordedSpeech } from "./speech.ts";

const NOTHING = new Uint8Array(0);
const speech = recordedSpeech();

function makeConcealer(): LossConcealer {
  return new LossConcealer({ random: new SeededRandom(1) });
}

function largestJump(samples: readonly number[]): number {
  return samples.reduce((most, sample, i) => {
    return i === 0 ? 0 : Math.max(most, Math.abs(sample - samples[i - 1]));
  }, 0);
}

describe("LossConcealer", () => {
  test("conceals loss as a Concealer does", () => {
    const [ours, plain] = [makeConcealer(), new Concealer(8000)];
    for (let at = 0; at < 16_000; at += 160) {
      const frame = speech.slice(at, at + 160);
      const isLost = at % 800 === 640;
      expect(isLost ? ours.conceal(160) : ours.good(frame))
        .toEqual(isLost ? plain.conceal(160) : plain.good(frame));
    }
  });

  test("makes silence of zeros where nobody said what it sounds like", () => {
    const concealer = makeConcealer();
    expect(concealer.silence(160, NOTHING)).toEqual(new Int16Array(160));
  });

  test("makes silence of the level its comfort noise says, also when it changes", () => {
    const concealer = makeConcealer();
    for (const level of [40, 60, 50]) {
      const payload = Uint8Array.of(level, 80, 140);
      const noise = Array.from({ length: 50 }, () => [...concealer.silence(160, payload)]).flat();
      expect(Math.abs(rmsLevel(Int16Array.from(noise)) + level)).toBeLessThan(1);
    }
  });

  test("lets a sound that stops fade within 10 ms into the silence", () => {
    const concealer = makeConcealer();
    const last = concealer.good(new Int16Array(160).fill(8000));
    const silence = concealer.silence(160, NOTHING);
    expect(largestJump([...last.slice(-1), ...silence])).toBeLessThan(800);
    expect(silence.slice(80)).toEqual(new Int16Array(80));
    expect(concealer.silence(160, NOTHING)).toEqual(new Int16Array(160));
  });

  test("lets a loss that turns out to be a silence fade into it", () => {
    const concealer = makeConcealer();
    concealer.good(speech.slice(8000, 9600));
    const lost = concealer.conceal(160);
    const silence = concealer.silence(160, Uint8Array.of(60));
    const jump = largestJump([...lost, ...silence]);
    expect(jump).toBeLessThanOrEqual(largestJump([...speech.slice(8000, 9600)]));
    expect(rmsLevel(silence.slice(80))).toBeLessThan(-55);
  });

  test("begins a word after a silence as it is", () => {
    const concealer = makeConcealer();
    concealer.silence(160, NOTHING);
    const word = speech.slice(8000, 8160);
    expect(concealer.good(word)).toBe(word);
  });

  test("takes an empty frame for no sound", () => {
    expect(makeConcealer().silence(0, NOTHING)).toHaveLength(0);
    expect(makeConcealer().conceal(0)).toHaveLength(0);
  });
});
