import { describe, expect, test } from "bun:test";
import { msIn, rmsLevel, tone } from "../../src/audio/mod.ts";
import { LazyThinSound } from "../../src/turn/lazy_thin_sound.ts";
import { PlayedSound } from "../../src/turn/mod.ts";
import { ThinSound } from "../../src/turn/thin_sound.ts";

/** How loud a tone of -12 dB comes out, in dB over how it went in. */
function passed(hertz: number, sampleRate: number): number {
  const sound = tone([hertz], 400, { sampleRate });
  const thin = new ThinSound().push(sound, sampleRate);
  const middle = (samples: ArrayLike<number>) =>
    Int16Array.from(samples).subarray(samples.length >> 2, -samples.length >> 2);
  return rmsLevel(middle(thin)) - rmsLevel(middle(sound));
}

describe("ThinSound", () => {
  test.each([[8000], [16_000], [22_050], [24_000], [44_100], [48_000]])(
    "keeps what is below 1200 Hz and drops what 4 kHz cannot say, from %d Hz",
    (sampleRate) => {
      for (const hertz of [300, 1200]) {
        expect(Math.abs(passed(hertz, sampleRate))).toBeLessThan(0.5);
      }
      for (const hertz of [2400, 3400]) {
        expect(passed(hertz, sampleRate)).toBeLessThan(-35);
      }
    },
  );

  test("gives the same however the sound is cut up", () => {
    for (const rate of [8000, 16_000, 22_050, 44_100]) {
      const sound = tone([440, 1000], 200, { sampleRate: rate });
      const whole = new ThinSound().push(sound, rate);
      const thin = new ThinSound();
      const pieces: number[] = [];
      for (let at = 0, size = 1; at < sound.length; at += size, size = size * 7 % 331 + 1) {
        pieces.push(...thin.push(sound.subarray(at, at + size), rate));
      }
      expect(pieces.length).toBe(whole.length);
      pieces.forEach((sample, i) => expect(sample).toBeCloseTo(whole[i], 2));
    }
  });

  test("gives 80 samples for 20 ms, and loses none", () => {
    for (const rate of [8000, 16_000, 24_000, 48_000]) {
      const thin = new ThinSound();
      for (let i = 0; i < 5; i++) {
        expect(thin.push(new Int16Array(rate / 50), rate).length).toBe(80);
      }
    }
    const thin = new ThinSound();
    let count = 0;
    for (let i = 0; i < 100; i++) count += thin.push(new Int16Array(441), 22_050).length;
    expect(Math.abs(count - 8000)).toBeLessThanOrEqual(1);
  });
});

describe("LazyThinSound", () => {
  const pieces = Array.from({ length: 100 }, (_, i) => tone([300 + 10 * i], 20));

  test("gives what is thinned at once, however seldom it is asked", () => {
    const thin = new ThinSound();
    const all = pieces.flatMap((piece) => [...thin.push(piece, 8000)]);
    const lazy = new LazyThinSound(200);
    let asked = 0;
    pieces.forEach((piece, i) => {
      lazy.push(piece, 8000);
      if (i % 37 !== 0 && i % 5 !== 0) return;
      const taken = lazy.take().flatMap((samples) => [...samples]).slice(-800);
      // The filter is 2 ms late, and what it remembers of before a gap is wrong for 4 ms.
      expect(taken).toEqual(all.slice(0, 80 * (i + 1)).slice(-taken.length));
      asked++;
    });
    expect(asked).toBeGreaterThan(20);
  });

  test("holds no more than it may be asked for, though nobody asks", () => {
    const lazy = new LazyThinSound(200);
    for (const piece of pieces) lazy.push(piece, 8000);
    const taken = lazy.take().reduce((length, piece) => length + piece.length, 0);
    expect(taken * 1000 / 4000).toBe(220);
  });

  test("keeps what somebody further on gives away, and its time", () => {
    const [lazy, thin] = [new LazyThinSound(200), new ThinSound()];
    const expected = pieces.slice(0, 2).flatMap((piece) => [...thin.push(piece, 8000)]);
    for (const piece of pieces.slice(0, 2)) {
      const samples = piece.slice();
      lazy.push(samples, 8000);
      structuredClone(samples.buffer, { transfer: [samples.buffer] });
    }
    expect(lazy.take().flatMap((samples) => [...samples])).toEqual(expected);
  });

  test("goes on where the rate changes before anybody asks", () => {
    const lazy = new LazyThinSound(200);
    lazy.push(new Int16Array(320).fill(700), 16_000);
    lazy.push(new Int16Array(480).fill(700), 24_000);
    lazy.push(new Int16Array(480).fill(700), 24_000);
    const taken = lazy.take().flatMap((samples) => [...samples]);
    expect(taken.length).toBe(240);
    expect([taken[70], taken[230]].map(Math.round)).toEqual([700, 700]);
    expect(lazy.take()).toEqual([]);
  });
});

describe("PlayedSound", () => {
  test("keeps the last second, newest last", () => {
    const played = new PlayedSound();
    for (let k = 1; k <= 60; k++) played.push(new Int16Array(320).fill(100 * k), 16_000);
    const all = played.latest(10_000);
    expect(msIn(all.length, played.sampleRate)).toBe(1000);
    expect(all[all.length - 1]).toBeCloseTo(6000, 0);
    expect(all[40]).toBeCloseTo(1100, 0);
    expect([...played.latest(3)]).toEqual([...all.subarray(-3)]);
  });

  test("is silent until something is played, and a second after", () => {
    const played = new PlayedSound();
    const silence = new Int16Array(160);
    expect(played.isSilent).toBe(true);
    played.push(silence, 8000);
    expect(played.isSilent).toBe(true);
    played.push(silence.map(() => 500), 8000);
    for (let i = 0; i < 49; i++) played.push(silence, 8000);
    expect(played.isSilent).toBe(false);
    played.push(silence, 8000);
    played.push(silence, 8000);
    expect(played.isSilent).toBe(true);
  });
});
