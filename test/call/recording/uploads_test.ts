import { describe, expect, test } from "bun:test";
import type { FinishedRecording } from "../../../src/call/mod.ts";
import { Phone, setUp, START, TalkingCall } from "./recordings_scene.ts";

describe("the upload of recordings", () => {
  test("is tried until it works, and knows the call", async () => {
    const asked: [number, FinishedRecording][] = [];
    const { clock, disk, phone } = setUp({
      upload: (recording) => {
        asked.push([clock.now(), recording]);
        if (asked.length < 4) throw new Error("the bucket is away");
      },
    });
    const call = new TalkingCall(clock);
    phone.recordings.answered(call);
    await call.say(1, 1000);
    call.end();
    await clock.advance(20_000);
    expect(asked).toHaveLength(4);
    expect(asked[3][1]).toEqual({
      path: "/rec/alice.wav",
      sessionId: "s1",
      from: { user: "alice" },
      to: { user: "bot" },
      startedAt: START,
      sampleRate: 8000,
      durationMs: 1000,
    });
    const waits = asked.slice(1).map(([at], n) => at - asked[n][0]);
    for (const [n, wait] of waits.entries()) {
      expect(wait).toBeGreaterThanOrEqual(500 * 2 ** n);
      expect(wait).toBeLessThanOrEqual(1000 * 2 ** n);
    }
    expect(phone.types).toEqual([
      "started",
      "ended",
      "upload-failed",
      "upload-failed",
      "upload-failed",
      "uploaded",
    ]);
    expect([...disk.files.keys()]).toEqual(["/rec/alice.wav"]);
    expect(clock.pending).toBe(0);
  });

  test("removes the file after it, if that is wished", async () => {
    const { clock, disk, phone } = setUp({ upload: () => {}, removeUploaded: true });
    const call = new TalkingCall(clock);
    phone.recordings.answered(call);
    await call.say(1, 1000);
    call.end();
    await clock.advance(100);
    expect(phone.types.at(-1)).toBe("uploaded");
    expect(disk.files.size).toBe(0);
  });

  test("is taken up by the next process when this one ends", async () => {
    const { clock, disk, phone } = setUp({ upload: () => Promise.reject(new Error("away")) });
    const call = new TalkingCall(clock);
    phone.recordings.answered(call);
    await call.say(1, 1000);
    call.end();
    await clock.advance(3000);
    await clock.runUntil(phone.recordings.stop(1000));
    expect(clock.pending).toBe(0);
    expect([...disk.files.keys()].sort()).toEqual(["/rec/alice.wav", "/rec/alice.wav.note"]);
    const uploaded: FinishedRecording[] = [];
    const next = new Phone(clock, disk, { upload: (one) => void uploaded.push(one) });
    await next.recordings.start();
    await clock.advance(100);
    expect(uploaded).toMatchObject([{ path: "/rec/alice.wav", sessionId: "s1", durationMs: 1000 }]);
    expect([...disk.files.keys()]).toEqual(["/rec/alice.wav"]);
  });

  test("has its signal fire when the phone stops, which does not wait for ever", async () => {
    const { clock, disk, phone } = setUp({
      upload: (_, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener("abort", () => reject(signal.reason));
        }),
    });
    const call = new TalkingCall(clock);
    phone.recordings.answered(call);
    await call.say(1, 1000);
    call.end();
    await clock.advance(100);
    const before = clock.now();
    await clock.runUntil(phone.recordings.stop());
    expect(clock.now() - before).toBe(5000);
    expect(disk.files.has("/rec/alice.wav.note")).toBe(true);
    expect(phone.types).not.toContain("upload-failed");
  });
});
