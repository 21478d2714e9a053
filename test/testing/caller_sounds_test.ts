import { describe, expect, test } from "bun:test";
import { rmsLevel } from "../../src/audio/mod.ts";
import { SeededRandom } from "../../src/clock/mod.ts";
import { coughSound, humSound, musicSound, noiseSound } from "../../src/testing/mod.ts";

const random = () => new SeededRandom(3);

/** The power of a sound around a frequency, in dB, by one bin of a Fourier transform per 512 samples. */
function powerAt(samples: Int16Array, frequency: number): number {
  let power = 0;
  for (let from = 0; from + 512 <= samples.length; from += 512) {
    let [re, im] = [0, 0];
    for (let n = 0; n < 512; n++) {
      const window = 0.5 - 0.5 * Math.cos(2 * Math.PI * n / 512);
      re += window * samples[from + n] * Math.cos(2 * Math.PI * frequency * n / 8000);
      im += window * samples[from + n] * Math.sin(2 * Math.PI * frequency * n / 8000);
    }
    power += re * re + im * im;
  }
  return 10 * Math.log10(power);
}

describe("the sounds of a caller", () => {
  test("have the level they were asked for", () => {
    for (const levelDb of [-40, -25]) {
      const sounds = [
        coughSound(random(), levelDb),
        noiseSound("white", 500, { random: random(), levelDb }),
        noiseSound("pink", 500, { random: random(), levelDb }),
        musicSound(2000, levelDb),
      ];
      for (const sound of sounds) expect(Math.abs(rmsLevel(sound) - levelDb)).toBeLessThan(0.5);
      expect(Math.abs(rmsLevel(humSound(random(), levelDb)) - levelDb)).toBeLessThan(2);
    }
  });

  test("are short where they are no speech: a cough and mm-hm", () => {
    expect(coughSound(random(), -20).length / 8).toBe(340);
    expect(humSound(random(), -20).length / 8).toBe(370);
  });

  test("are white with the same power everywhere, pink with 3 dB less in each octave", () => {
    const white = noiseSound("white", 60_000, { random: random(), levelDb: -30 });
    const pink = noiseSound("pink", 60_000, { random: random(), levelDb: -30 });
    for (const frequency of [250, 500, 1000, 2000]) {
      const whiteSlope = powerAt(white, frequency) - powerAt(white, 2 * frequency * 0.95);
      const pinkSlope = powerAt(pink, frequency) - powerAt(pink, 2 * frequency);
      expect(Math.abs(whiteSlope)).toBeLessThan(1.5);
      expect(Math.abs(pinkSlope - 3)).toBeLessThan(2);
    }
  });
});
