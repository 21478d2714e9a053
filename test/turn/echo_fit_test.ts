import { describe, expect, test } from "bun:test";
import { fraction, SeededRandom } from "../../src/clock/mod.ts";
import { crossCorrelate, slide } from "../../src/turn/cross_correlation.ts";
import { findEchoLag, fitEcho } from "../../src/turn/echo_fit.ts";

function noise(length: number, seed: number): Float64Array {
  const random = new SeededRandom(seed);
  return Float64Array.from({ length }, () => 2000 * (fraction(random) - 0.5));
}

const WAYS = [["crossCorrelate", crossCorrelate], ["slide", slide]] as const;
const LENGTHS = [[640, 3041], [16, 655], [640, 655], [16, 20], [1500, 5000]] as const;

test.each(
  WAYS.flatMap(([name, way]) => LENGTHS.map((lengths) => [name, ...lengths, way] as const)),
)(
  "%s gives the sums of products of %d samples at every place in %d",
  (_name, shorter, longer, correlate) => {
    const [long, short] = [noise(longer, 1), noise(shorter, 2)];
    const sums = new Float64Array(longer - shorter + 1).fill(NaN);
    correlate(short, long, sums);
    for (let start = 0; start < sums.length; start++) {
      let sum = 0;
      for (let i = 0; i < short.length; i++) sum += short[i] * long[start + i];
      expect(Math.abs(sums[start] - sum)).toBeLessThan(1);
    }
  },
);

test("crossCorrelate refuses what its blocks do not hold", () => {
  expect(() => crossCorrelate(noise(2049, 1), noise(5000, 1), new Float64Array(2952)))
    .toThrow("current value is 2049");
});

describe("findEchoLag", () => {
  const played = noise(3000, 3);
  const heardAt = (lag: number, gain: number) =>
    played.slice(played.length - 640 - lag, played.length - lag).map((sample) => gain * sample);

  test.each([[0, 0.2], [1, -0.2], [777, 0.03], [2360, -1]])(
    "finds a lag of %d at %d",
    (lag, gain) => {
      expect(findEchoLag(heardAt(lag, gain), played, { from: 0, to: 2360 })).toBe(lag);
      const near = { from: Math.max(0, lag - 50), to: Math.min(2360, lag + 50) };
      expect(findEchoLag(heardAt(lag, gain), played, near)).toBe(lag);
    },
  );
});

describe("fitEcho", () => {
  const played = noise(3000, 4);

  test("explains an echo of several reflections, and no other sound", () => {
    const heard = Float64Array.from({ length: 640 }, (_, i) => {
      const at = 3000 - 640 - 300 + i;
      return 0.2 * played[at] - 0.1 * played[at - 5] + 0.05 * played[at + 3];
    });
    const { explained, explainedOfNewest } = fitEcho(heard, played, { lag: 300, newest: 160 });
    expect(explained).toBeGreaterThan(0.97);
    expect(explainedOfNewest).toBeGreaterThan(0.97);
    expect(fitEcho(noise(640, 5), played, { lag: 300, newest: 160 }).explained).toBeLessThan(0.1);
  });

  test("tells the newest part, where another sound began, from the whole", () => {
    const heard = played.slice(3000 - 640 - 300, 3000 - 300);
    heard.set(noise(160, 6), 480);
    const { explained, explainedOfNewest } = fitEcho(heard, played, { lag: 300, newest: 160 });
    expect(explained).toBeGreaterThan(0.5);
    expect(explainedOfNewest).toBeLessThan(0.2);
  });

  test("explains nothing of silence, and by silence nothing", () => {
    const silence = new Float64Array(640);
    expect(fitEcho(silence, played, { lag: 9, newest: 160 }).explained).toBe(0);
    const nothing = new Float64Array(3000);
    expect(fitEcho(noise(640, 7), nothing, { lag: 9, newest: 160 }).explained).toBe(0);
  });
});
