import { beforeAll, describe, expect, test } from "bun:test";
import type { FileRecording } from "../../../src/call/recording/file_recording.ts";
import { loadResampler } from "../../../src/resample/mod.ts";
import { agentClicks, clickNear, ClickScene, clicksIn, type Scene } from "./click_scene.ts";

beforeAll(loadResampler);

/** How far from its place each click is: of the caller's that arrived, and of all of the agent's. */
async function errorsOf(scene: ClickScene): Promise<{ caller: number[]; agent: number[] }> {
  const { left, right } = await scene.end();
  const arrived = scene.clicks.filter(({ arrived }) => arrived);
  const callerFrom = clicksIn(left)[0] - arrived[0].sample;
  const sent = agentClicks(scene.call);
  const places = clicksIn(right);
  const agentFrom = places[0] - sent[0].sample;
  expect(arrived.length).toBeGreaterThan(10);
  expect(sent.length).toBeGreaterThan(10);
  expect(places).toHaveLength(sent.length);
  return {
    caller: arrived.map(({ sample }) => {
      const place = sample + callerFrom;
      return Math.abs((clickNear(left, place) ?? Infinity) - place);
    }),
    agent: sent.map(({ sample }, n) => Math.abs(places[n] - sample - agentFrom)),
  };
}

/** Places of clicks in the recording set against our clock, in ms, one by one, of each side. */
async function standings(scene: ClickScene): Promise<{ caller: number[]; agent: number[] }> {
  const { left, right } = await scene.end();
  const ms = (place: number, at: number) => place / 8 - (at - scene.startedAt);
  const arrived = scene.clicks.filter(({ arrived }) => arrived);
  const from = clicksIn(left)[0] - arrived[0].sample;
  const agent = agentClicks(scene.call);
  return {
    caller: arrived.map(({ sample, at }) => ms(clickNear(left, sample + from) ?? NaN, at)),
    // The first of them leave before the ticks have found their phase.
    agent: clicksIn(right).map((place, n) => ms(place, agent[n].at)).slice(2),
  };
}

describe("a recording of clicks", () => {
  test.each<[number, string, Scene]>([
    [2, "on a calm line", { loss: 0.05 }],
    [2, "with late packets", { loss: 0.05, jitterMs: 60 }],
    [10, "with a caller's clock that is fast", { loss: 0.05, jitterMs: 30, fastPpm: 50 }],
    [2, "with a caller's clock that is slow", { loss: 0.05, jitterMs: 30, fastPpm: -20, seed: 5 }],
  ])(
    "has each within a sample of its place after %d minutes with a twentieth lost, a hold and a transfer, %s",
    async (minutes, _, options) => {
      const scene = new ClickScene(options);
      await scene.talk(20_000 * minutes);
      await scene.hold(3000 * minutes);
      await scene.talk(15_000 * minutes);
      scene.transfer();
      await scene.talk(22_000 * minutes);
      const { caller, agent } = await errorsOf(scene);
      expect(Math.max(...agent)).toBe(0);
      expect(Math.max(...caller)).toBeLessThanOrEqual(1);
      const { sound } = scene.recording as FileRecording;
      expect(sound.place.counters).toEqual({ epochs: 2, continued: 0, corrections: 0 });
      expect(sound.lost).toBe(0);
    },
    60_000,
  );

  test("goes on to the sample when the caller's timestamps stood still on hold", async () => {
    const scene = new ClickScene({ jitterMs: 20 });
    await scene.talk(10_000);
    await scene.hold(20_000);
    scene.freeze(20_000);
    await scene.talk(10_000);
    const { caller } = await errorsOf(scene);
    // The jitter buffer takes the first packet after it for an old one.
    expect(caller.filter((error) => error > 1).length).toBeLessThanOrEqual(1);
  });

  test("has both sides in step with the clock, from end to end", async () => {
    const scene = new ClickScene({ loss: 0.05, jitterMs: 30 });
    await scene.talk(60_000);
    const { caller, agent } = await standings(scene);
    expect(Math.max(...caller) - Math.min(...caller)).toBeLessThan(0.2);
    // The agent's packets follow the caller's, and wander a little with their delays.
    expect(Math.max(...agent) - Math.min(...agent)).toBeLessThan(5);
    expect(Math.abs(caller[0] - agent[0])).toBeLessThan(6);
  });

  test("keeps its time when the process stands still for three seconds", async () => {
    const scene = new ClickScene();
    await scene.talk(5000);
    scene.clock.stall(3000);
    await scene.talk(5000);
    const { caller, agent } = await standings(scene);
    // The line's ticks jump a little to where the packets are then.
    expect(Math.abs(caller.at(-1)! - caller[0])).toBeLessThan(0.2);
    expect(Math.abs(agent.at(-1)! - agent[0])).toBeLessThan(10);
    const { durationMs } = await scene.recording.ended;
    expect(Math.abs(durationMs - (scene.clock.now() - scene.startedAt))).toBeLessThan(40);
  });

  test("keeps neither side in a pause or behind a mask, and its time all the same", async () => {
    const scene = new ClickScene({ agentEvery: 801 });
    await scene.talk(4000);
    scene.recording.pause();
    expect(scene.recording.state).toBe("paused");
    await scene.talk(4000);
    const unmask = scene.recording.mask();
    scene.recording.resume();
    // Who resumes cannot lift what hides a card number.
    expect(scene.recording.state).toBe("recording");
    await scene.talk(4000);
    unmask();
    unmask();
    await scene.talk(4000);
    const { left, right, end } = await scene.end();
    expect(end.durationMs).toBeGreaterThan(16_000);
    const isHidden = (place: number) => place > 32_300 && place < 95_900;
    for (const side of [left, right]) {
      const clicks = clicksIn(side);
      expect(clicks.filter((place) => place < 31_900).length).toBeGreaterThan(5);
      expect(clicks.filter(isHidden)).toEqual([]);
      expect(clicks.filter((place) => place > 96_300).length).toBeGreaterThan(5);
    }
    const arrived = scene.clicks.map(({ sample }) => sample);
    const from = clicksIn(left)[0] - arrived[0];
    expect(clicksIn(left).at(-1)! - from).toBe(arrived.at(-1)!);
  });
});
