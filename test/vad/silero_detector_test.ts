import { describe, expect, test } from "bun:test";
import { sweep } from "../../src/audio/mod.ts";
import { CONTEXT, INPUT, SileroDetector, WINDOW } from "../../src/vad/silero.ts";

/** A call whose windows are as likely as these, one after another, then 0.5. */
function scene(likelihoods: number[] = []) {
  const inputs: Float32Array[] = [];
  let closed = 0;
  const call = {
    judge: (input: Float32Array) => {
      inputs.push(input);
      return Promise.resolve(likelihoods.shift() ?? 0.5);
    },
    close: () => void closed++,
  };
  return { inputs, detector: new SileroDetector(call), closed: () => closed };
}

const loud = new Int16Array(160).fill(9000);
const silent = new Int16Array(160);

describe("SileroDetector", () => {
  test("answers at once, with the likelihood before, until a window is complete", async () => {
    const { detector } = scene([0.1, 0.2, 0.3, 0.4, 0.6]);
    const answers = Array.from({ length: 8 }, () => detector.detect(loud, 8000));
    expect(answers.map((answer) => typeof answer === "number")).toEqual(
      [true, false, true, false, false, true, false, false],
    );
    const later = scene([0.1, 0.2]).detector;
    const waited = [];
    for (let i = 0; i < 4; i++) waited.push(await later.detect(loud, 8000));
    expect(waited).toEqual([0, 0.1, 0.1, 0.2]);
  });

  test("shows each window with the 32 samples before it, and loses none", async () => {
    const { detector, inputs } = scene();
    const sound = sweep([200, 3000], 640);
    for (let at = 0; at < sound.length; at += 160) {
      await detector.detect(sound.subarray(at, at + 160), 8000);
    }
    expect(inputs).toHaveLength(sound.length / WINDOW);
    const before = [...new Int16Array(CONTEXT), ...sound];
    inputs.forEach((input, i) => {
      const expected = before.slice(i * WINDOW, i * WINDOW + INPUT).map((value) => value / 32768);
      expect([...input]).toEqual(expected);
    });
  });

  test.each([[8000], [11_025], [16_000], [24_000], [44_100], [48_000]])(
    "brings %d Hz to windows of 32 ms",
    async (sampleRate) => {
      const { detector, inputs } = scene();
      const frame = new Int16Array(Math.round(sampleRate / 50)).fill(5000);
      for (let i = 0; i < 81; i++) await detector.detect(frame, sampleRate);
      expect(inputs).toHaveLength(50);
      for (const value of inputs[20]) expect(Math.abs(value - 5000 / 32768)).toBeLessThan(1e-3);
    },
  );

  test("gives a frame of several windows the likeliest, and what follows the last", async () => {
    const { detector, inputs } = scene([0.9, 0.2]);
    expect(await detector.detect(new Int16Array(512).fill(9000), 8000)).toBe(0.9);
    expect(await detector.detect(loud, 8000)).toBe(0.2);
    expect(inputs).toHaveLength(2);
  });

  test("does not trouble the model with silence, before or after a voice", async () => {
    const { detector, inputs } = scene();
    for (let i = 0; i < 96; i++) expect(detector.detect(silent, 8000)).toBe(0);
    expect(inputs).toHaveLength(0);
    for (let i = 0; i < 16; i++) await detector.detect(loud, 8000);
    expect(inputs).toHaveLength(10);
    for (let i = 0; i < 80; i++) await detector.detect(silent, 8000);
    // Four windows of silence, so that it remembers one and not the voice.
    expect(inputs).toHaveLength(14);
    expect(detector.detect(silent, 8000)).toBe(0);
    await detector.detect(loud, 8000);
    await detector.detect(loud, 8000);
    expect(inputs).toHaveLength(15);
  });

  test("opens the gate at -60 dBov", async () => {
    for (const [peak, windows] of [[32, 0], [34, 50]]) {
      const { detector, inputs } = scene();
      for (let i = 0; i < 80; i++) await detector.detect(new Int16Array(160).fill(peak), 8000);
      expect(inputs).toHaveLength(windows);
    }
  });

  test("rejects with what the model threw", async () => {
    const call = { judge: () => Promise.reject(new Error("out of memory")), close() {} };
    const detector = new SileroDetector(call);
    void detector.detect(loud, 8000);
    await expect(detector.detect(loud, 8000)).rejects.toThrow("out of memory");
  });

  test("closes its call, and refuses a rate below a telephone's", () => {
    const { detector, closed } = scene();
    expect(() => detector.detect(loud, 4000)).toThrow("current value is 4000");
    detector.close();
    expect(closed()).toBe(1);
  });
});
