import { describe, expect, test } from "bun:test";
import type { AudioFrame } from "../../src/audio/mod.ts";
import { TurnDetector, type TurnOptions, TurnStream } from "../../src/turn/mod.ts";
import { streamOf } from "../support/stream_of.ts";

/** One letter a frame of 20 ms: `v` a voice, `.` none. */
function frames(pattern: string): AudioFrame[] {
  return [...pattern].map((letter, index) => ({
    sampleRate: 8000,
    samples: new Int16Array(160),
    timestamp: index * 160,
    speech: letter === "v",
  }));
}

/** One letter a frame: its turn, `!` when it ends one, `-` outside of turns. */
function marks(pattern: string, options?: TurnOptions): string {
  const turns = new TurnDetector(options);
  return frames(pattern).map((frame) => {
    const { turn, endOfTurn } = turns.push(frame);
    return endOfTurn ? "!" : turn ?? "-";
  }).join("");
}

describe("TurnDetector", () => {
  const options = { startMs: 60, startWindowMs: 100, endMs: 80 };

  test("begins a turn on the frame that completes the voice asked for", () => {
    expect(marks("..vvvv", options)).toBe("----11");
  });

  test("lets voice with gaps begin a turn when it falls within the window", () => {
    expect(marks("v.v.v.", options)).toBe("----11");
  });

  test("takes clicks apart from each other for no turn", () => {
    expect(marks("v...v...v...v...", options)).toBe("-".repeat(16));
  });

  test("ends a turn after the silence asked for and not before", () => {
    expect(marks("vvv...v....vv", options)).toBe("--11111111!--");
  });

  test("numbers turns from 1 and asks for a whole start each time", () => {
    expect(marks("vvv....vvv....", options)).toBe("--1111!--2222!");
  });

  test("cuts a turn that never ends, and leaves time for an answer before the next", () => {
    expect(marks("v".repeat(20), { ...options, longestMs: 80 })).toBe("--1111!------2222!--");
  });

  test("listens again at once when the noise that cut a turn is over", () => {
    const pattern = `${"v".repeat(14)}....vvvv`;
    expect(marks(pattern, { ...options, longestMs: 200 })).toBe("--1111111111!-------22");
  });

  test("measures time by the frames' own length", () => {
    const turns = new TurnDetector(options);
    const long = { sampleRate: 16_000, samples: new Int16Array(960), timestamp: 0, speech: true };
    expect(turns.push(long).turn).toBe(1);
  });

  test("passes what it does not mark through untouched", () => {
    const [frame] = frames(".");
    expect(new TurnDetector().push(frame)).toBe(frame);
  });

  test.each([
    [{ startMs: 0 }, "startMs is above 0 ms: current value is 0"],
    [{ endMs: -1 }, "endMs is above 0 ms: current value is -1"],
    [{ longestMs: NaN }, "longestMs is above 0 ms: current value is NaN"],
    [{ startWindowMs: 50 }, "startWindowMs is at least startMs (120): current value is 50"],
  ])("refuses %j", (bad, message) => {
    expect(() => new TurnDetector(bad)).toThrow(message);
  });
});

test("TurnStream marks the frames of a stream", async () => {
  const marked = streamOf(frames("vvvvvv.")).pipeThrough(new TurnStream());
  const turns = (await Array.fromAsync(marked)).map(({ turn }) => turn);
  expect(turns).toEqual([undefined, undefined, undefined, undefined, undefined, 1, 1]);
});
