import { describe, expect, test } from "bun:test";
import { VirtualClock } from "../../../src/clock/mod.ts";
import { EventFeed } from "../../../src/http/events/event_feed.ts";
import { LevelMeter } from "../../../src/http/events/level_meter.ts";
import type { Viewer } from "../../../src/http/events/viewer.ts";
import { VoiceTap } from "../../../src/http/views/voice_tap.ts";
import type { WatchedCall } from "../../../src/http/views/watched_call.ts";

/** Calls of these names, on whose lines there is sound, and a meter of them. */
function scene(...ids: readonly string[]) {
  const feed = new EventFeed({ clock: new VirtualClock(), instance: "x" });
  const voices = ids.map(() => new VoiceTap({ sampleRate: 8000, clockRate: 8000 }));
  const calls = ids.map((id, n) => ({ call: { id }, voice: voices[n] }) as WatchedCall);
  const meter = new LevelMeter({
    feed,
    calls: () => [...calls, { call: { id: "arrives" } } as WatchedCall],
    wallClock: () => 1000.4,
  });
  return {
    calls,
    meter,
    /** Somebody watches these calls, or all. */
    watch: (wanted?: readonly string[], levels = true) =>
      feed.watch({
        calls: wanted && new Set(wanted),
        from: undefined,
        ...(levels && { levels: (viewer: Viewer) => meter.newsFor(viewer) }),
      }),
    /** Lets 100 ms of sound pass, and takes its peaks. */
    measure() {
      for (const voice of voices) {
        voice.heard(new Int16Array(160).fill(16_384));
        voice.sent(undefined, 800);
        voice.ticked(100);
      }
      meter.measure();
    },
  };
}

/** What a viewer is told: when, and of which calls. */
function newsFor(meter: LevelMeter, viewer: Viewer): unknown {
  const news = meter.newsFor(viewer);
  if (news === undefined) return undefined;
  const { at, calls } = JSON.parse(/data: (.*)/.exec(new TextDecoder().decode(news))![1]);
  return [at, calls];
}

const LOUD = { caller: [0.5], agent: [0] };

describe("LevelMeter", () => {
  test("tells each viewer of the calls that it watches, once a round", () => {
    const { meter, watch, measure } = scene("1", "2");
    const [all, one, none] = [watch(), watch(["2"]), watch(["gone"])];
    // Whoever comes has the peaks made from then on.
    measure();
    expect(newsFor(meter, all)).toBe(undefined);
    measure();
    expect(newsFor(meter, all)).toEqual([1000, { 1: LOUD, 2: LOUD }]);
    expect(newsFor(meter, one)).toEqual([1000, { 2: LOUD }]);
    expect(newsFor(meter, none)).toBe(undefined);
    expect([all, one].map((viewer) => newsFor(meter, viewer))).toEqual([undefined, undefined]);
    measure();
    expect(newsFor(meter, one)).toEqual([1000, { 2: LOUD }]);
  });

  test("has nothing to tell of a round in which nothing was heard", () => {
    const { meter, watch, measure } = scene("1");
    const viewer = watch();
    measure();
    measure();
    meter.measure();
    expect(newsFor(meter, viewer)).toBe(undefined);
  });

  test("measures only what somebody wants to see", () => {
    const { calls, meter, watch, measure } = scene("1", "2");
    watch(undefined, false);
    const viewer = watch(["1"]);
    measure();
    measure();
    expect(newsFor(meter, viewer)).toEqual([1000, { 1: LOUD }]);
    viewer.end();
    measure();
    measure();
    expect(calls.map(({ voice }) => voice!.takePeaks().caller)).toEqual([[], []]);
  });
});
