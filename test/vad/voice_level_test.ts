import { describe, expect, test } from "bun:test";
import { type AudioFrame, tone } from "../../src/audio/mod.ts";
import { VadStream } from "../../src/vad/mod.ts";
import { VoiceLevel } from "../../src/vad/voice_level.ts";
import { streamOf } from "../support/stream_of.ts";

/** 20 ms at a level in dBov. */
function frame(levelDb: number): Int16Array {
  return tone([400], 20, { sampleRate: 8000, levelDb, fadeMs: 0 });
}

/** `V` where a frame of these levels is heard as a voice that goes on. */
function heard(levels: readonly number[]): string {
  const level = new VoiceLevel();
  return levels.map((db) => level.isHeard(frame(db), 20) ? "V" : ".").join("");
}

describe("VoiceLevel", () => {
  test("hears a voice that begins softly, and its soft sounds, and no silence after it", () => {
    expect(heard([-50, -40, -20, -50, -20, -60, -65])).toBe("VVVVV..");
  });

  test("trusts the detector where noise is as loud as soft sounds are", () => {
    expect(heard([-20, -20, -50, -50, -50])).toBe("VVVVV");
  });

  test("gets used to a voice that becomes softer", () => {
    expect(heard([-10, -48])).toBe("V.");
    expect(heard([-10, ...new Array(20).fill(-48)]).at(-1)).toBe("V");
  });

  test("hears another voice as if there had been none", () => {
    const level = new VoiceLevel();
    level.isHeard(frame(-10), 20);
    level.reset();
    expect(level.isHeard(frame(-55), 20)).toBe(true);
  });
});

describe("VadStream with a detector that lets go late", () => {
  /** What is marked of frames of these levels by a detector that sees a voice in the first `seen`. */
  async function marks(levels: readonly number[], seen: number, concealed = -1): Promise<string> {
    let count = 0;
    const detector = { detect: () => count++ < seen ? 0.9 : 0, close() {} };
    const frames = levels.map((db, i): AudioFrame => ({
      sampleRate: 8000,
      samples: frame(db),
      timestamp: i * 160,
      concealed: i === concealed,
    }));
    const stream = streamOf(frames).pipeThrough(new VadStream(() => detector));
    return (await Array.fromAsync(stream)).map(({ speech }) => speech ? "V" : ".").join("");
  }

  test("ends the voice where it ends", async () => {
    expect(await marks([-20, -20, -20, -65, -65, -65, -65], 6)).toBe("VVV....");
  });

  test("does not end it in a packet that was lost", async () => {
    expect(await marks([-20, -20, -65, -20], 4, 2)).toBe("VVVV");
  });

  test("goes on with it after a stop", async () => {
    expect(await marks([-20, -65, -25, -65], 4)).toBe("V.V.");
  });

  test("does not take for a voice what the detector does not", async () => {
    expect(await marks([-20, -20, -10], 2)).toBe("VV.");
  });
});
