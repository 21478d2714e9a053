import { describe, expect, test } from "bun:test";
import { opinionOf, ratingOf } from "../../../src/call/mod.ts";

describe("the E-model", () => {
  test("has a rating of 93.2 and an opinion of 4.41 for its default values", () => {
    const rating = ratingOf({ codec: "PCMA", lossShare: 0 });
    expect(rating).toBe(93.2);
    expect(opinionOf(rating)).toBeCloseTo(4.41, 2);
  });

  // G.107 annex B, table B.1, which has two digits.
  test.each([[90, 4.34], [80, 4.03], [70, 3.6], [60, 3.1], [50, 2.58]])(
    "turns a rating of %d into an opinion of %d",
    (rating, opinion) => {
      expect(Math.abs(opinionOf(rating) - opinion)).toBeLessThan(0.01);
    },
  );

  test("keeps opinions between 1 and 4.5, and rises with the rating", () => {
    expect([-5, 0, 100, 120].map(opinionOf)).toEqual([1, 1, 4.5, 4.5]);
    const opinions = Array.from({ length: 101 }, (_, rating) => opinionOf(rating));
    expect(Math.min(...opinions)).toBe(1);
    for (let rating = 10; rating <= 100; rating++) {
      expect(opinions[rating]).toBeGreaterThanOrEqual(opinions[rating - 1]);
    }
  });

  // By hand from Ie = 0 and Bpl = 25.1 of G.113: 95 Ppl / (Ppl + 25.1).
  test.each([[0.01, 3.64], [0.02, 7.01], [0.05, 15.78], [0.1, 27.07]])(
    "takes a loss of %d with G.711 and concealment for an impairment of %d",
    (lossShare, impairment) => {
      expect(93.2 - ratingOf({ codec: "pcmu", lossShare })).toBeCloseTo(impairment, 2);
    },
  );

  test("takes losses in bursts for worse", () => {
    const line = { codec: "PCMU", lossShare: 0.05 };
    // 95 * 5 / (5 / 2 + 25.1)
    expect(93.2 - ratingOf({ ...line, burstRatio: 2 })).toBeCloseTo(17.21, 2);
  });

  // G.107, formula 7-27 by hand: nothing up to 100 ms, little up to 150 (as G.114 says), then much.
  test.each([[0, 0], [100, 0], [150, 0.16], [200, 3.04], [300, 14.76], [400, 24.07]])(
    "takes a delay of %d ms for an impairment of %d",
    (delayMs, impairment) => {
      expect(Math.abs(93.2 - ratingOf({ codec: "PCMU", lossShare: 0, delayMs }) - impairment))
        .toBeLessThan(0.01);
    },
  );

  test("knows Opus by the figures of its own, and what it does not know as G.711", () => {
    expect(ratingOf({ codec: "opus", lossShare: 0 })).toBeCloseTo(91.17, 2);
    // 93.2 - 2.03 - (95 - 2.03) 5 / (5 + 15.95)
    expect(ratingOf({ codec: "opus", lossShare: 0.05 })).toBeCloseTo(68.98, 2);
    expect(ratingOf({ codec: "constructor", lossShare: 0.05 })).toBe(
      ratingOf({ codec: "PCMU", lossShare: 0.05 }),
    );
  });

  test("is 0 when all is lost, and never below", () => {
    expect(ratingOf({ codec: "PCMU", lossShare: 1 })).toBeCloseTo(93.2 - 75.94, 2);
    expect(ratingOf({ codec: "PCMU", lossShare: 7, delayMs: 5000 })).toBe(0);
  });
});
