import { describe, expect, test } from "bun:test";
import { fraction, SeededRandom } from "../../src/clock/mod.ts";
import { fitTones } from "../../src/tone/mod.ts";

/** 20 ms at 8 kHz of sines, each with a frequency, an amplitude and a phase, and of noise. */
function sound(
  sines: readonly (readonly [hz: number, amplitude: number, phase: number])[],
  noise = 0,
): Float32Array {
  const random = new SeededRandom(3);
  return Float32Array.from({ length: 160 }, (_, n) =>
    sines.reduce(
      (sum, [hz, amplitude, phase]) =>
        sum + amplitude * Math.sin(phase + (2 * Math.PI * hz * n) / 8000),
      noise * (2 * fraction(random) - 1),
    ));
}

describe("fitTones", () => {
  test("measures frequency and power of two sines, whatever their phases", () => {
    for (let i = 0; i < 50; i++) {
      const phases = [i, 2.7 * i];
      const { tones, residual } = fitTones(
        sound([[930, 1000, phases[0]], [1225, 400, phases[1]]]),
        [941, 1209],
        8000,
      );
      expect(Math.abs(tones[0].frequency - 930)).toBeLessThan(1);
      expect(Math.abs(tones[1].frequency - 1225)).toBeLessThan(2);
      expect(Math.abs(tones[0].power / 500_000 - 1)).toBeLessThan(0.01);
      expect(Math.abs(tones[1].power / 80_000 - 1)).toBeLessThan(0.02);
      expect(residual).toBeLessThan(0.001);
    }
  });

  test("finds as much left as there is of something else", () => {
    // A third sine with a quarter of the power of the two.
    const three = sound([[697, 1000, 1], [1336, 1000, 2], [2500, Math.SQRT1_2 * 1000, 3]]);
    expect(fitTones(three, [697, 1336], 8000).residual).toBeCloseTo(0.2, 2);
    // Noise of an even distribution has a third of the square of its peak.
    const noisy = sound([[697, 1000, 1]], 500);
    const share = 500 ** 2 / 3 / (500 ** 2 / 3 + 1000 ** 2 / 2);
    expect(Math.abs(fitTones(noisy, [697], 8000).residual - share)).toBeLessThan(0.03);
  });

  test("leaves all of silence and of another frequency", () => {
    expect(fitTones(new Float32Array(160), [697, 1209], 8000).residual).toBe(1);
    expect(fitTones(sound([[2000, 1000, 0]]), [697, 1209], 8000).residual).toBeGreaterThan(0.9);
  });

  test("takes the same sine twice for one", () => {
    const { residual, tones } = fitTones(sound([[1000, 1000, 0]]), [1000, 1000], 8000);
    expect(residual).toBeLessThan(0.01);
    for (const { power } of tones) expect(Number.isFinite(power)).toBe(true);
  });
});
