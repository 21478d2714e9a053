import { describe, expect, test } from "bun:test";
import type { AudioFrame } from "../../src/audio/mod.ts";
import { VirtualClock } from "../../src/clock/mod.ts";
import {
  type Detector,
  type DetectorFailure,
  VadStream,
  type VadStreamOptions,
} from "../../src/vad/mod.ts";
import { streamOf } from "../support/stream_of.ts";

const frame = { sampleRate: 8000, samples: new Int16Array(160), timestamp: 0 };
const loud = { ...frame, samples: new Int16Array(160).fill(3000) };

/** Which of the frames a stage marks. */
async function marked(
  frames: readonly AudioFrame[],
  detector: () => Detector,
  options?: VadStreamOptions,
): Promise<(boolean | undefined)[]> {
  const stage = new VadStream(detector, options);
  return (await Array.fromAsync(streamOf(frames).pipeThrough(stage))).map(({ speech }) => speech);
}

/** Answers with these likelihoods, one after another. */
function answering(likelihoods: readonly number[]): () => Detector {
  let next = 0;
  return () => ({ detect: () => likelihoods[next++], close() {} });
}

describe("VadStream", () => {
  test("waits for a detector that answers later, and keeps the order", async () => {
    const likelihoods = [0.2, 0.6, 0.5];
    const slow = { detect: () => Promise.resolve(likelihoods.shift()!), close() {} };
    expect(await marked([frame, frame, frame], () => slow)).toEqual([false, true, true]);
  });

  test("begins a voice at 0.5 and holds it down to 0.35, if the detector does not know better", async () => {
    const likelihoods = [0.4, 0.5, 0.35, 0.34, 0.4];
    const frames = likelihoods.map(() => frame);
    const usual = await marked(frames, answering(likelihoods));
    expect(usual).toEqual([false, true, true, false, false]);
    const own = () => ({ ...answering(likelihoods)(), thresholds: { start: 0.4, stay: 0.4 } });
    expect(await marked(frames, own)).toEqual([true, true, false, false, true]);
    const said = { thresholds: { start: 0.5, stay: 0.5 } };
    expect(await marked(frames, own, said)).toEqual([false, true, false, false, false]);
  });

  test("shows concealed frames to the detector but does not begin a voice there", async () => {
    const concealed = { ...frame, concealed: true };
    const frames = [concealed, frame, concealed, concealed, concealed];
    const marks = await marked(frames, answering([0.9, 0.9, 0.9, 0.1, 0.9]));
    expect(marks).toEqual([false, true, true, false, false]);
  });

  test("closes its detector at the end, on cancel and on abort", async () => {
    let closed = 0;
    const make = () => new VadStream(() => ({ detect: () => 0, close: () => void closed++ }));
    await Array.fromAsync(streamOf([frame]).pipeThrough(make()));
    expect(closed).toBe(1);
    await streamOf([frame]).pipeThrough(make()).cancel();
    expect(closed).toBe(2);
    await make().writable.abort().catch(() => {});
    expect(closed).toBe(3);
  });

  test("ends on abort while the detector does not answer", async () => {
    const clock = new VirtualClock();
    let closed = 0;
    const hanging = { detect: () => new Promise<number>(() => {}), close: () => void closed++ };
    const stop = new AbortController();
    const piping = streamOf([frame, frame])
      .pipeThrough(new VadStream(() => hanging, { clock }))
      .pipeTo(new WritableStream(), { signal: stop.signal });
    piping.catch(() => {});
    await clock.advance(20);
    stop.abort(new Error("the call is over"));
    await expect(clock.runUntil(piping)).rejects.toThrow("the call is over");
    await clock.advance(0);
    expect([closed, clock.pending]).toEqual([1, 0]);
  });

  test("goes on by another detector when one throws, at once or later", async () => {
    for (const late of [false, true]) {
      const failures: DetectorFailure[] = [];
      let made = 0;
      const make = (): Detector => {
        const broken = made++ === 0;
        const detect = () => {
          if (!broken) return 1;
          if (late) return Promise.reject(new Error("confused"));
          throw new Error("confused");
        };
        return { detect, close() {} };
      };
      const onRestart = (failure: DetectorFailure) => failures.push(failure);
      expect(await marked([loud, loud, loud], make, { onRestart })).toEqual([false, true, true]);
      expect(failures.map(({ reason }) => reason)).toEqual(["threw"]);
    }
  });

  test("replaces a detector that is deaf for 8 s of loud sound, once a minute", async () => {
    const failures: string[] = [];
    let [made, closed] = [0, 0];
    const deaf = () => {
      made++;
      return { detect: () => 0, close: () => void closed++ };
    };
    const minutes = 2.1;
    const frames = Array.from({ length: minutes * 3000 }, () => loud);
    await marked(frames, deaf, { onRestart: ({ reason }) => failures.push(reason) });
    expect(failures).toEqual(["deaf", "deaf"]);
    expect([made, closed]).toEqual([3, 3]);
  });

  test("has no doubt of a detector that hears nothing in soft, made up or spoken sound", async () => {
    const failures: string[] = [];
    const onRestart = ({ reason }: DetectorFailure) => failures.push(reason);
    const soft = { ...frame, samples: new Int16Array(160).fill(400) };
    const nothing = () => ({ detect: () => 0, close() {} });
    await marked(Array.from({ length: 1000 }, () => soft), nothing, { onRestart });
    const concealed = { ...loud, concealed: true };
    await marked(Array.from({ length: 1000 }, () => concealed), nothing, { onRestart });
    const voice = () => ({ detect: () => 1, close() {} });
    await marked(Array.from({ length: 1000 }, () => loud), voice, { onRestart });
    expect(failures).toEqual([]);
  });

  test.each([[0.3, 0.4], [0.5, 0], [1.1, 0.5], [NaN, 0.3]])(
    "refuses to begin at %d and go on down to %d",
    (start, stay) => {
      const make = () => new VadStream(answering([]), { thresholds: { start, stay } });
      expect(make).toThrow(`current value is start ${start}, stay ${stay}`);
    },
  );
});
