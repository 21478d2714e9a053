import { describe, expect, test } from "bun:test";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fromDecibels, rmsLevel, tone } from "../../src/audio/mod.ts";
import { fraction, SeededRandom } from "../../src/clock/mod.ts";
import { loadSilero, type SileroOptions } from "../../src/vad/silero.ts";
import { findRuntime, readModel } from "../../src/vad/silero_packages.ts";
import type { DetectorFactory } from "../../src/vad/mod.ts";
import { lacksSilero } from "../support/needs.ts";
import { speech } from "../support/speech.ts";

const missing = lacksSilero();
const makers = new Map<string, Promise<DetectorFactory>>();

/** Loaded once for each set of options. */
function silero(options: SileroOptions = {}): Promise<DetectorFactory> {
  const key = JSON.stringify(options);
  const maker = makers.get(key) ?? loadSilero(options);
  makers.set(key, maker);
  return maker;
}

/** The likelihood of each frame of 20 ms of sound at 8 kHz. */
async function listen(make: DetectorFactory, sound: Int16Array): Promise<number[]> {
  const detector = make();
  const likelihoods: number[] = [];
  for (let at = 0; at + 160 <= sound.length; at += 160) {
    likelihoods.push(await detector.detect(sound.subarray(at, at + 160), 8000));
  }
  detector.close();
  return likelihoods;
}

function share(likelihoods: readonly number[]): number {
  return likelihoods.filter((likelihood) => likelihood >= 0.5).length / likelihoods.length;
}

/** Noise that falls by 3 dB an octave, at `levelDb` (RMS, dBov): Voss and McCartney's sum of 12. */
function pinkNoise(length: number, levelDb: number): Int16Array {
  const random = new SeededRandom(3);
  const rows = new Float64Array(12);
  const noise = Float64Array.from({ length }, (_, i) => {
    rows.forEach((_, row) => {
      if (i % 2 ** row === 0) rows[row] = fraction(random) - 0.5;
    });
    return rows.reduce((sum, value) => sum + value, 0);
  });
  return scaled(noise, levelDb);
}

/** Three plucked notes at a time, with their harmonics, new ones every 400 ms. */
function music(length: number, levelDb: number): Int16Array {
  const random = new SeededRandom(4);
  const notes = new Float64Array(length);
  for (let at = 0; at < length; at += 3200) {
    for (let note = 0; note < 3; note++) {
      const hertz = 220 * 2 ** (Math.floor(fraction(random) * 24) / 12);
      const harmonics = [1, 2, 3, 4].map((times) => times * hertz);
      const sound = tone(harmonics, Math.min(800, (length - at) / 8));
      sound.forEach((value, i) => notes[at + i] += value * Math.exp(-i / 2400));
    }
  }
  return scaled(notes, levelDb);
}

function scaled(sound: Float64Array, levelDb: number): Int16Array {
  const rms = Math.sqrt(sound.reduce((sum, value) => sum + value * value, 0) / sound.length);
  const gain = 32768 * fromDecibels(levelDb) / rms;
  return Int16Array.from(sound, (value) => Math.max(-32768, Math.min(32767, value * gain)));
}

describe("loadSilero", () => {
  test.skipIf(missing)("tells recorded speech from pink noise and from music", async () => {
    const make = await silero();
    const voice = speech(0, 11);
    const likelihoods = await listen(make, voice);
    const isLoud = (_: number, i: number) => rmsLevel(voice.subarray(i * 160, i * 160 + 160)) > -35;
    expect(share(likelihoods.filter(isLoud))).toBeGreaterThan(0.9);
    for (const levelDb of [-45, -30, -20]) {
      expect(share(await listen(make, pinkNoise(80_000, levelDb)))).toBeLessThan(0.02);
      expect(share(await listen(make, music(80_000, levelDb)))).toBeLessThan(0.15);
    }
  });

  test.skipIf(missing)("hears a voice through pink noise 10 dB below it", async () => {
    const voice = speech(0, 11);
    const noise = pinkNoise(voice.length, rmsLevel(voice) - 10);
    const both = voice.map((value, i) => Math.max(-32768, Math.min(32767, value + noise[i])));
    const likelihoods = await listen(await silero(), both);
    const isLoud = (_: number, i: number) => rmsLevel(voice.subarray(i * 160, i * 160 + 160)) > -30;
    expect(share(likelihoods.filter(isLoud))).toBeGreaterThan(0.8);
  });

  test.skipIf(missing)("judges calls in one batch as it judges each alone", async () => {
    const make = await silero();
    const sounds = [speech(0, 3), speech(4, 3), pinkNoise(24_000, -30), new Int16Array(24_000)];
    const alone: number[][] = [];
    for (const sound of sounds) alone.push(await listen(make, sound));
    const together = await Promise.all(sounds.map((sound) => listen(make, sound)));
    expect(Math.max(...alone[0])).toBeGreaterThan(0.9);
    together.forEach((likelihoods, call) =>
      likelihoods.forEach((likelihood, i) =>
        expect(Math.abs(likelihood - alone[call][i])).toBeLessThan(1e-3)
      )
    );
  });

  test.skipIf(missing)("hears no worse for not being asked about silence", async () => {
    const [gated, asked] = [await silero(), await silero({ gateDb: -200 })];
    const sound = new Int16Array(8000 * 9);
    sound.set(speech(0, 3), 8000);
    sound.set(speech(4, 3), 8000 * 6);
    const isLoud = (_: number, i: number) => rmsLevel(sound.subarray(i * 160, i * 160 + 160)) > -35;
    const heard = async (make: DetectorFactory) =>
      share((await listen(make, sound)).filter(isLoud));
    expect(await heard(gated)).toBeGreaterThan(await heard(asked) - 0.02);
  });

  test.skipIf(missing)("takes a model from a file, and says which it cannot read", async () => {
    const folder = mkdtempSync(join(tmpdir(), "silero-"));
    const copy = join(folder, "copy.onnx");
    writeFileSync(copy, await readModel());
    const detector = (await loadSilero({ modelPath: copy }))();
    expect(detector.detect(new Int16Array(160), 8000)).toBe(0);
    detector.close();
    const gone = join(folder, "gone.onnx");
    await expect(loadSilero({ modelPath: gone })).rejects.toThrow(`current value is ${gone}`);
    const wrong = join(folder, "wrong.onnx");
    writeFileSync(wrong, "this is no model");
    await expect(loadSilero({ modelPath: wrong })).rejects.toThrow("the model must be of ONNX");
  });

  test("says what to run on each runtime when a package is not installed", async () => {
    const nowhere = [join(mkdtempSync(join(tmpdir(), "silero-")), "main.js")];
    const commands = "run " +
      '"bun add --optional onnxruntime-node@1.30.0 @ricky0123/vad-web@0.0.31" or ' +
      '"deno add npm:onnxruntime-node@1.30.0 npm:@ricky0123/vad-web@0.0.31"';
    await expect(findRuntime(nowhere)).rejects.toThrow(commands);
    await expect(findRuntime(nowhere)).rejects.toThrow("onnxruntime-node is not installed");
    await expect(readModel(undefined, nowhere)).rejects.toThrow("vad-web is not installed");
    await expect(readModel(undefined, nowhere)).rejects.toThrow(commands);
  });
});
