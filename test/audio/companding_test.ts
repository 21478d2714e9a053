import { describe, expect, test } from "bun:test";
import { A_LAW, compress, expand, MU_LAW } from "../../src/audio/mod.ts";

/**
 * ITU-T G.711 (11/88), table 2: for μ-law the first interval is 1 wide, the segments end at these
 * decision values, in units of 1/8192 of full scale, and each is cut into 16 (the first into 15).
 */
const MU_SEGMENT_ENDS = [31, 95, 223, 479, 991, 2015, 4063, 8159];
/** Table 1: for A-law in units of 1/4096, the first segment in 32, the others in 16. */
const A_SEGMENT_ENDS = [64, 128, 256, 512, 1024, 2048, 4096];

/** The intervals of one sign: from each decision value to the next, in 16-bit samples. */
function decisionValues(first: readonly number[], ends: readonly number[], firstSteps: number) {
  const values = [...first];
  ends.forEach((end, index) => {
    const start = values[values.length - 1];
    const steps = index === 0 ? firstSteps : 16;
    for (let step = 1; step <= steps; step++) values.push(start + ((end - start) * step) / steps);
  });
  return values;
}

const MU_DECISIONS = decisionValues([0, 1], MU_SEGMENT_ENDS, 15).map((value) => value * 4);
const A_DECISIONS = decisionValues([0], A_SEGMENT_ENDS, 32).map((value) => value * 8);

/** The number of the interval of a sample: the lower end counts for positive, the upper for negative. */
function interval(sample: number, decisions: readonly number[]): number {
  const size = sample < 0 ? -sample - 0.5 : sample;
  const next = decisions.findIndex((value) => value > size);
  return (next === -1 ? decisions.length - 1 : next) - 1;
}

// The character signals: μ-law counts down from 0xff with all bits inverted, A-law up with the even
// bits inverted (note 2 of both tables).
const LAWS = [
  {
    name: "μ-law",
    law: MU_LAW,
    decisions: MU_DECISIONS,
    code: (index: number, negative: boolean) => (negative ? 0x7f : 0xff) - index,
    middle: (index: number) =>
      index === 0 ? 0 : (MU_DECISIONS[index] + MU_DECISIONS[index + 1]) / 2,
  },
  {
    name: "A-law",
    law: A_LAW,
    decisions: A_DECISIONS,
    code: (index: number, negative: boolean) => ((negative ? 0 : 0x80) + index) ^ 0x55,
    middle: (index: number) => (A_DECISIONS[index] + A_DECISIONS[index + 1]) / 2,
  },
];

for (const { name, law, decisions, code, middle } of LAWS) {
  describe(name, () => {
    test("has 128 intervals for each sign", () => {
      expect(decisions.length).toBe(129);
    });

    test("each of the 65,536 samples gets the code of its interval in the Recommendation's table", () => {
      const expected = new Uint8Array(0x1_0000);
      for (let sample = -0x8000; sample < 0x8000; sample++) {
        expected[sample & 0xffff] = code(interval(sample, decisions), sample < 0);
      }
      expect(law.codes).toEqual(expected);
    });

    test("each of the 256 codes gets the middle of its interval", () => {
      const expected = new Int16Array(0x100);
      for (let index = 0; index < 128; index++) {
        expected[code(index, false)] = middle(index);
        expected[code(index, true)] = -middle(index);
      }
      expect(law.samples).toEqual(expected);
    });

    test("a code that is decoded and encoded is the same code", () => {
      const codes = Uint8Array.from({ length: 0x100 }, (_, index) => index);
      const again = compress(expand(codes, law), law);
      // μ-law has a zero of each sign, and 16-bit samples only one.
      if (law === MU_LAW) codes[0x7f] = 0xff;
      expect(again).toEqual(codes);
    });
  });
}

test("known values of G.711 come out: digital milliwatt and the ends of the range", () => {
  // G.711 table 5: the character signals of a 1 kHz sine at 0 dBm0, μ-law; its mean power is 3.17 dB
  // below that of a sine at the overload point.
  const milliwatt = expand(Uint8Array.of(0x1e, 0x0b, 0x0b, 0x1e, 0x9e, 0x8b, 0x8b, 0x9e), MU_LAW);
  const power = milliwatt.reduce((sum, sample) => sum + sample * sample, 0) / 8;
  expect(10 * Math.log10(power / ((8159 * 4) ** 2 / 2))).toBeCloseTo(-3.17, 1);
  expect([...compress(Int16Array.of(32767, -32768, 0, -1), MU_LAW)]).toEqual([0x80, 0, 0xff, 0x7f]);
  expect([...compress(Int16Array.of(32767, -32768, 0, -1), A_LAW)]).toEqual([
    0xaa,
    0x2a,
    0xd5,
    0x55,
  ]);
});
