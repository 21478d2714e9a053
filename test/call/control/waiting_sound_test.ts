import { describe, expect, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeWav } from "../../../src/audio/mod.ts";
import { BackendStream, type Floor, mock } from "../../../src/backend/mod.ts";
import { playWhileWaiting } from "../../../src/call/control/waiting_sound.ts";
import { SoundFiles } from "../../../src/call/mod.ts";

const CALL = { sessionId: "1", from: { user: "alice" }, to: { user: "bot" }, headers: {} };

/** A file as studios have them: two channels at 96 kHz, and what is heard of it. */
async function withStudioFile(use: (path: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "sofia-phone-waiting-"));
  try {
    const path = join(folder, "music.wav");
    const channels = [new Int16Array(1920).fill(200), new Int16Array(1920).fill(400)];
    await writeFile(path, writeWav({ sampleRate: 96_000, channels }));
    await use(path);
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe("playWhileWaiting", () => {
  test("plays a file of any rate and channels again and again, until it is told to stop", async () => {
    await withStudioFile(async (file) => {
      const stream = new BackendStream(mock(), CALL);
      const reader = stream.readable.getReader();
      const errors: unknown[] = [];
      let floor: Floor | undefined;
      const takeFloor = () => floor = stream.takeFloor();
      const stop = playWhileWaiting(takeFloor, { file }, (error) => void errors.push(error));
      for (let frames = 0; frames < 5; frames++) {
        const { value } = await reader.read();
        expect([value?.sampleRate, value?.samples[0]]).toEqual([48_000, 300]);
      }
      stop();
      expect([floor?.isHeld, errors]).toEqual([false, []]);
      await reader.cancel();
    });
  });

  test("tells of a file that cannot be read, and keeps the floor in silence", async () => {
    const stream = new BackendStream(mock(), CALL);
    let floor: Floor | undefined;
    const takeFloor = () => floor = stream.takeFloor();
    const failed = new Promise((resolve) => {
      playWhileWaiting(takeFloor, { file: "/nowhere.wav" }, resolve);
    });
    expect(await failed).toBeInstanceOf(Error);
    expect(floor?.isHeld).toBe(true);
    await stream.readable.cancel();
  });
});

describe("SoundFiles", () => {
  test("mix and thin out what a telephone cannot play as it is", async () => {
    await withStudioFile(async (path) => {
      const { samples, sampleRate } = await new SoundFiles().load(path);
      expect([samples.length, samples[0], sampleRate]).toEqual([960, 300, 48_000]);
    });
  });
});
