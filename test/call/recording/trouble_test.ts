import { beforeAll, describe, expect, test } from "bun:test";
import { readWav } from "../../../src/audio/mod.ts";
import { loadResampler } from "../../../src/resample/mod.ts";
import { clickNear, ClickScene, clicksIn } from "./click_scene.ts";

beforeAll(loadResampler);

const FULL = Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });

/** The caller's clicks that are where they belong, and those that are missing, by their time in ms. */
function judged(scene: ClickScene, left: Int16Array): { there: number[]; missing: number[] } {
  const from = clicksIn(left)[0] - scene.clicks[0].sample;
  const there: number[] = [];
  const missing: number[] = [];
  for (const { sample } of scene.clicks) {
    const place = clickNear(left, sample + from);
    if (place !== undefined) expect(place).toBe(sample + from);
    (place === undefined ? missing : there).push((sample + from) / 8);
  }
  return { there, missing };
}

describe("a recording in trouble", () => {
  test("loses nothing to a disk that is full for less than it can hold", async () => {
    const scene = new ClickScene();
    await scene.talk(5000);
    scene.disk.failure = FULL;
    await scene.talk(6000);
    expect(scene.recording.state).toBe("recording");
    scene.disk.failure = undefined;
    await scene.talk(5000);
    const { left, end } = await scene.end();
    expect(end).toMatchObject({ outcome: "finished", lostMs: 0 });
    expect(judged(scene, left).missing).toEqual([]);
    expect(scene.events).toMatchObject([
      { type: "started", resumed: false },
      { type: "trouble", error: FULL },
      { type: "recovered", lostMs: 0 },
      { type: "ended" },
    ]);
  });

  test("has silence in the place of what it could not hold, and everything else in its place", async () => {
    const scene = new ClickScene();
    await scene.talk(5000);
    scene.disk.failure = FULL;
    await scene.talk(30_000);
    scene.disk.failure = undefined;
    await scene.talk(5000);
    const { left, end } = await scene.end();
    const { there, missing } = judged(scene, left);
    expect(there.length).toBeGreaterThan(20);
    expect(Math.min(...missing)).toBeGreaterThan(4000);
    // What came in the last ten seconds of the trouble was held.
    expect(Math.max(...missing)).toBeLessThan(26_000);
    expect(missing.length).toBeGreaterThan(30);
    expect(end.lostMs).toBeGreaterThan(19_000);
    expect(end.lostMs).toBeLessThanOrEqual(21_000);
    const told = scene.events.filter(({ type }) => type === "trouble");
    expect(told).toHaveLength(1);
    expect(scene.events).toContainEqual(
      expect.objectContaining({ type: "recovered", lostMs: end.lostMs }),
    );
  });

  test("does not hold up the call when the disk takes for ever", async () => {
    const scene = new ClickScene();
    await scene.talk(3000);
    scene.disk.delayMs = 3_600_000;
    const before = scene.call.heard.length;
    await scene.talk(20_000);
    expect(scene.call.heard.length - before).toBe(1000);
    expect(scene.events.map(({ type }) => type)).toContain("trouble");
    await scene.call.end();
    // Who waits for the file says for how long.
    await scene.clock.runUntil(scene.recordings.stop(2000));
    expect(scene.recording.state).toBe("finishing");
  });

  test.each([[400], [4000]])("keeps up with a disk that takes %d ms for each write", async (ms) => {
    const scene = new ClickScene();
    scene.disk.delayMs = ms;
    await scene.talk(30_000);
    const { left, end } = await scene.end();
    expect(end).toMatchObject({ outcome: "finished", lostMs: 0 });
    expect(judged(scene, left).missing).toEqual([]);
  });

  test("that cannot be finished fails, and leaves what there is under its temporary name", async () => {
    const scene = new ClickScene();
    await scene.talk(5000);
    scene.disk.failure = FULL;
    await scene.call.end();
    const end = await scene.clock.runUntil(scene.recording.stop());
    expect(end).toMatchObject({ outcome: "failed", path: "/rec/call.wav", error: FULL });
    expect(scene.recording.state).toBe("failed");
    expect([...scene.disk.files.keys()].sort()).toEqual([
      "/rec/call.wav.note",
      "/rec/call.wav.part",
    ]);
    // It can be played as it is.
    const { channels } = readWav(scene.disk.bytes("/rec/call.wav.part"));
    expect(clicksIn(channels[0]).length).toBeGreaterThan(4);
  });

  test("finds its file later when the disk is full from the start", async () => {
    const scene = new ClickScene();
    scene.disk.failure = FULL;
    await scene.talk(5000);
    expect(scene.disk.files.size).toBe(0);
    scene.disk.failure = undefined;
    await scene.talk(5000);
    const { left, end } = await scene.end();
    expect(end).toMatchObject({ outcome: "finished", lostMs: 0 });
    expect(judged(scene, left).missing).toEqual([]);
  });

  test("loses less than a second of a call whose process ends at once", async () => {
    const scene = new ClickScene({ agentEvery: 400 });
    for (let n = 0; n < 60; n++) {
      await scene.talk(140);
      if (n < 20) continue;
      const part = scene.disk.bytes("/rec/call.wav.part");
      const writtenMs = readWav(part).channels[0].length / 8;
      const passedMs = scene.clock.now() - scene.startedAt;
      expect(passedMs - writtenMs).toBeLessThan(700);
    }
    // And a machine that ends at once takes what was not synced: every second there is one.
    expect(scene.disk.syncs).toBeGreaterThanOrEqual(7);
    await scene.end();
  });
});
