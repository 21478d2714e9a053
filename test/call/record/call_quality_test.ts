import { describe, expect, test } from "bun:test";
import { callQuality, opinionOf } from "../../../src/call/mod.ts";
import type { MediaStatistics } from "../../../src/media/mod.ts";

/** What the stages of a call have counted, as far as it matters. */
function statistics(options: {
  readonly delivered?: number;
  readonly lost?: number;
  readonly quality?: Partial<MediaStatistics["quality"]>;
}): MediaStatistics {
  const { delivered = 1000, lost = 0, quality } = options;
  return {
    jitter: { delivered, lost, concealedMs: 20 * lost },
    pacing: { audio: 600, silence: 390, events: 10 },
    jitterMs: 3.14159,
    quality: quality && { lost: 0, lossFraction: 0, jitterMs: 2, receivedAt: 0, ...quality },
  } as unknown as MediaStatistics;
}

describe("callQuality", () => {
  test("rates what was heard, and says nothing of what the other side does not tell", () => {
    expect(callQuality("PCMU", statistics({}))).toEqual({
      heard: { packets: 1000, concealedMs: 0, lossShare: 0, jitterMs: 3.1, mos: 4.41 },
    });
  });

  test("rates both directions by their own losses, and by the delay that they share", () => {
    const quality = { lost: 50, roundTripMs: 460.04 };
    const judged = callQuality("PCMA", statistics({ delivered: 980, lost: 20, quality }));
    expect(judged.roundTripMs).toBe(460);
    expect([judged.heard.lossShare, judged.sent?.lossShare]).toEqual([0.02, 0.05]);
    // By G.107: 8.92 of 93.2 for 250 ms, 7.01 for a loss of 2 %, and 15.78 for one of 5 %.
    const rating = (delayAndLoss: number) => Number(opinionOf(93.2 - delayAndLoss).toFixed(2));
    expect([judged.heard.mos, judged.sent?.mos]).toEqual([
      rating(8.92 + 7.01),
      rating(8.92 + 15.78),
    ]);
  });

  test("is that of a line without loss where nothing was sent or was counted twice", () => {
    const silent = callQuality("PCMU", statistics({ delivered: 0, quality: { lost: -5 } }));
    expect([silent.heard.lossShare, silent.heard.mos]).toEqual([0, 4.41]);
    expect([silent.sent?.lossShare, silent.sent?.mos]).toEqual([0, 4.41]);
  });
});
