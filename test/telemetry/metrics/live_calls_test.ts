import { describe, expect, test } from "bun:test";
import type { Call } from "../../../src/call/mod.ts";
import { VirtualClock } from "../../../src/clock/mod.ts";
import type { MediaStatistics } from "../../../src/media/mod.ts";
import type { PhoneHandler } from "../../../src/phone/mod.ts";
import { LiveCalls } from "../../../src/telemetry/metrics/live_calls.ts";

/** What the stages of a call have counted: each sum of any of them is a number of its own. */
function statistics(delivered = 2 ** 1, lost = 2 ** 2, jitterMs = 1): MediaStatistics {
  return {
    socket: { received: 2 ** 0, dropped: 2 ** 3, sent: 0, sendErrors: 2 ** 4 },
    jitter: {
      ...{ delivered, lost, late: 2 ** 5, duplicates: 2 ** 6, reordered: 2 ** 7 },
      ...{ strays: 2 ** 8, invalid: 2 ** 9, tooFast: 2 ** 24, resyncs: 2 ** 10 },
      ...{ concealedMs: 2 ** 11, silenceMs: 2 ** 12 },
    },
    rtp: {
      ...{ wrongPayloadType: 2 ** 13, wrongSource: 2 ** 14, wrongSsrc: 2 ** 15 },
      ...{ wrongRtcpSource: 2 ** 16, faults: { "too-short": 2 ** 17, version: 2 ** 18 } },
    },
    pacing: {
      ...{ audio: 2 ** 19, silence: 2 ** 20, events: 2 ** 21 },
      ...{ missed: 2 ** 22, stale: 2 ** 23 },
    },
    jitterMs,
  } as unknown as MediaStatistics;
}

const SUMS = {
  ...{ received: 2 ** 0, used: 2 ** 1, lost: 2 ** 2, dropped: 2 ** 3, sendErrors: 2 ** 4 },
  ...{ late: 2 ** 5, duplicates: 2 ** 6, reordered: 2 ** 7 },
  discarded: 2 ** 8 + 2 ** 9 + 2 ** 13 + 2 ** 24,
  ...{ resyncs: 2 ** 10, concealedMs: 2 ** 11, silenceMs: 2 ** 12 },
  strangers: 2 ** 14 + 2 ** 15 + 2 ** 16,
  sent: 2 ** 19 + 2 ** 20 + 2 ** 21,
  ...{ missed: 2 ** 22, stale: 2 ** 23 },
};

/** The sums of so many calls that have counted the same. */
function times(count: number) {
  const all = Object.entries(SUMS).map(([name, sum]) => [name, count * sum]);
  const faults = { "too-short": count * 2 ** 17, version: count * 2 ** 18 };
  return { ...Object.fromEntries(all), malformed: expect.objectContaining(faults) };
}

/** A phone to which calls come. */
function scene() {
  const clock = new VirtualClock();
  const listeners = new Set<(event: { readonly call: Call }) => void>();
  let looks = 0;
  const call = (counted = statistics()) => {
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    const media = {
      codec: "PCMU",
      get statistics() {
        looks++;
        return counted;
      },
    };
    return { call: { media, ended } as unknown as Call, end };
  };
  const first = call();
  const phone = {
    clock,
    calls: [first.call],
    on(_: string, listener: (event: { readonly call: Call }) => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  } as unknown as PhoneHandler;
  const over: Call[] = [];
  return {
    ...{ clock, first, over, calls: new LiveCalls(phone, (call) => over.push(call)) },
    looks: () => looks,
    arrive(counted?: MediaStatistics) {
      const one = call(counted);
      for (const listener of listeners) listener(one);
      return one;
    },
  };
}

describe("LiveCalls", () => {
  test("adds each count up, of the calls that were there and of those that come", async () => {
    const { calls, arrive } = scene();
    expect(calls.sums).toEqual(times(1));
    await Promise.resolve();
    arrive();
    expect(calls.sums).toEqual(times(2));
  });

  test("keeps the counts of a call that is over, once, and tells of it", async () => {
    const { calls, first, over, arrive } = scene();
    arrive();
    first.end();
    await first.call.ended;
    expect(calls.sums).toEqual(times(2));
    expect([[...calls.calls].length, over]).toEqual([1, [first.call]]);
    // Between two scrapes nothing of it is counted again.
    await Promise.resolve();
    expect(calls.sums).toEqual(times(2));
  });

  test("looks at calls once for all figures of a scrape, and anew for the next", async () => {
    const { calls, looks } = scene();
    for (let figures = 0; figures < 10; figures++) void calls.sums;
    const once = looks();
    await Promise.resolve();
    void calls.sums;
    expect([once, looks()]).toEqual([1, 2]);
  });

  test("follows no call any more when it is stopped, and forgets no count", async () => {
    const { calls, first, over, arrive } = scene();
    calls.stop();
    calls.stop();
    arrive();
    first.end();
    await first.call.ended;
    expect([calls.sums, [...calls.calls], over]).toEqual([times(1), [], []]);
  });

  test("has the lines from which sound came, by each of their figures in order", () => {
    const { calls, arrive } = scene();
    arrive(statistics(90, 10, 7));
    arrive(statistics(100, 0, 3));
    arrive(statistics(0, 0, 9));
    const { mos, lossShare, jitterMs } = calls.qualities;
    expect(lossShare).toEqual([0, 0.1, 0.6667]);
    expect(jitterMs).toEqual([1, 3, 7]);
    expect(mos).toEqual(mos.toSorted((one, other) => one - other));
    expect(mos).toHaveLength(3);
  });

  test("knows how long ago a call came, while there is one", async () => {
    const { calls, clock, first, arrive } = scene();
    await clock.advance(300);
    const second = arrive();
    await clock.advance(200);
    expect([first, second].map(({ call }) => calls.ageMs(call))).toEqual([500, 200]);
    first.end();
    await first.call.ended;
    expect(calls.ageMs(first.call)).toBe(undefined);
  });
});
