import { describe, expect, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rmsLevel, tone, writeWav } from "../../src/audio/mod.ts";
import { soundOf } from "../../src/call/sound_of.ts";

/** Writes a file, has `read` read it, and takes it away. */
async function withFile<T>(bytes: Uint8Array, read: (path: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "sofia-phone-sound-"));
  try {
    const path = join(folder, "sound.wav");
    await writeFile(path, bytes);
    return await read(path);
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe("soundOf", () => {
  test("gives a sound back as it is", async () => {
    const sound = { samples: new Int16Array([1, 2]), sampleRate: 22_050 };
    expect(await soundOf(sound)).toBe(sound);
  });

  test("mixes the channels of a file", async () => {
    const [left, right] = [new Int16Array([100, -200, 32_767]), new Int16Array([300, 0, 32_767])];
    const bytes = writeWav({ sampleRate: 11_025, channels: [left, right] });
    const { samples, sampleRate } = await withFile(bytes, soundOf);
    expect(sampleRate).toBe(11_025);
    expect([...samples]).toEqual([200, -100, 32_767]);
  });

  test.each([[96_000, 48_000], [88_200, 44_100], [192_000, 48_000], [48_000, 48_000]])(
    "brings a file of %s Hz to %s, as long and as loud",
    async (from, to) => {
      const samples = tone([1000], 500, { sampleRate: from });
      const bytes = writeWav({ sampleRate: from, channels: [samples] });
      const sound = await withFile(bytes, soundOf);
      expect(sound.sampleRate).toBe(to);
      expect(sound.samples.length).toBe(to / 2);
      expect(Math.abs(rmsLevel(sound.samples) - rmsLevel(samples))).toBeLessThan(0.1);
    },
  );

  test("rejects for a file that is not there, or is no sound", async () => {
    await expect(soundOf("/no/such/file.wav")).rejects.toThrow("no such file");
    await expect(withFile(new Uint8Array(100), soundOf)).rejects.toThrow("RIFF");
  });
});
