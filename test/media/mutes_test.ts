import { describe, expect, test } from "bun:test";
import type { AudioFrame } from "../../src/audio/mod.ts";
import { type MutedSide, Mutes } from "../../src/media/mutes.ts";

const frame: AudioFrame = {
  ...{ sampleRate: 8000, samples: new Int16Array(160).fill(5), timestamp: 320, speech: true },
};

describe("Mutes", () => {
  test("have nobody muted at first, and each side apart from the other", () => {
    const mutes = new Mutes();
    const seen = [[mutes.agent, mutes.caller]];
    const steps: [MutedSide, boolean][] = [
      ...[["agent", true], ["caller", true], ["agent", false], ["both", true]] as const,
      ["both", false],
    ].map(([side, isMuted]) => [side as MutedSide, isMuted as boolean]);
    for (const [side, isMuted] of steps) {
      mutes.set(side, isMuted);
      seen.push([mutes.agent, mutes.caller]);
    }
    expect(seen).toEqual([
      ...[[false, false], [true, false], [true, true], [false, true]],
      ...[[true, true], [false, false]],
    ]);
  });

  test("know no other side", () => {
    const mutes = new Mutes();
    expect(() => mutes.set("nobody" as MutedSide, true)).toThrow("current value is nobody");
    expect([mutes.agent, mutes.caller]).toEqual([false, false]);
  });

  test("make silence of the caller's frames while it is muted, with their time and marks", async () => {
    const mutes = new Mutes();
    const { readable, writable } = new TransformStream(mutes.afterCaller({
      transform: (frame, output) => output.enqueue(frame),
      flush: (output) => output.enqueue({ ...frame, timestamp: 480 }),
    }));
    const [writer, reader] = [writable.getWriter(), readable.getReader()];
    const next = async () => (await reader.read()).value;
    void writer.write(frame);
    expect(await next()).toEqual(frame);
    mutes.set("caller", true);
    void writer.write(frame);
    expect(await next()).toEqual({ ...frame, samples: new Int16Array(160) });
    expect(frame.samples[0]).toBe(5);
    mutes.set("caller", false);
    void writer.close();
    expect(await next()).toEqual({ ...frame, timestamp: 480 });
  });
});
