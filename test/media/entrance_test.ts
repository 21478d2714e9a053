import { describe, expect, test } from "bun:test";
import type { AudioFrame } from "../../src/audio/mod.ts";
import { Entrance } from "../../src/media/mod.ts";
import { streamOf } from "../support/stream_of.ts";

function frame(timestamp: number): AudioFrame {
  return { sampleRate: 8000, samples: new Int16Array(160).fill(timestamp), timestamp };
}

/** An entrance with both of its ends, and a backend that adds 100 to what it hears. */
function between(onFrame?: (frame: AudioFrame) => void) {
  const entrance = new Entrance({ onFrame });
  const met: number[] = [];
  const { readable, writable } = entrance.stage(() =>
    new TransformStream<AudioFrame, AudioFrame>({
      transform: (one, controller) => {
        met.push(one.timestamp);
        controller.enqueue(frame(one.timestamp + 100));
      },
    })
  );
  return { entrance, met, input: writable.getWriter(), output: readable.getReader() };
}

describe("Entrance", () => {
  test("passes over what is said before the backend has the call, and tells of all of it", async () => {
    const told: number[] = [];
    const { entrance, met, input, output } = between(({ timestamp }) => told.push(timestamp));
    // None waits, though nobody reads.
    for (let i = 0; i < 50; i++) await input.write(frame(i));
    expect(entrance.isOpen).toBe(false);
    entrance.open();
    expect(entrance.isOpen).toBe(true);
    // The one that comes in the moment of the change may be passed over as well.
    for (const timestamp of [50, 51, 52]) void input.write(frame(timestamp));
    const first = (await output.read()).value!.timestamp;
    expect([150, 151]).toContain(first);
    expect((await output.read()).value?.timestamp).toBe(first + 1);
    expect(met.slice(0, 2)).toEqual([first - 100, first - 99]);
    expect(told.slice(0, 52)).toEqual(Array.from({ length: 52 }, (_, index) => index));
  });

  test("plays one sound after another, at the pace at which it is taken", async () => {
    const { entrance, output } = between();
    let made = 0;
    const endless = new ReadableStream<AudioFrame>({
      pull: (controller) => controller.enqueue(frame(made++)),
    }, { highWaterMark: 0 });
    const first = entrance.play(streamOf([frame(1), frame(2)]));
    void entrance.play(endless);
    const seen: number[] = [];
    for (let i = 0; i < 5; i++) seen.push((await output.read()).value!.timestamp);
    expect(seen).toEqual([1, 2, 0, 1, 2]);
    expect(await first).toBe(true);
    expect(made).toBeLessThan(6);
  });

  test("stops what is played when its signal fires, or the backend gets the call", async () => {
    const { entrance, input, output } = between();
    const endless = () =>
      new ReadableStream<AudioFrame>({ pull: (controller) => controller.enqueue(frame(7)) });
    const controller = new AbortController();
    const stopped = entrance.play(endless(), { signal: controller.signal });
    await output.read();
    controller.abort();
    expect(await stopped).toBe(false);
    const replaced = entrance.play(endless());
    await output.read();
    entrance.open();
    for (const timestamp of [1, 2, 3]) void input.write(frame(timestamp));
    expect(await replaced).toBe(false);
    for (let timestamp = 7; timestamp === 7;) {
      timestamp = (await output.read()).value!.timestamp;
      expect([7, 101, 102]).toContain(timestamp);
    }
    expect(await entrance.play(streamOf([frame(3)]))).toBe(false);
  });

  test("ends when what is played has left, and lets nobody in then", async () => {
    const { entrance, met, output } = between();
    void entrance.play(streamOf([frame(1)]));
    entrance.close();
    entrance.open();
    expect(entrance.isOpen).toBe(false);
    expect((await output.read()).value?.timestamp).toBe(1);
    expect((await output.read()).done).toBe(true);
    expect(met).toEqual([]);
  });

  test("passes on how a backend fails, and that the line does", async () => {
    const entrance = new Entrance();
    const { readable } = entrance.stage(() => {
      throw new Error("no backend");
    });
    entrance.open();
    await expect(readable.getReader().read()).rejects.toThrow("no backend");
    const cut = between();
    cut.entrance.open();
    await cut.input.abort(new Error("the line"));
    await expect(cut.output.read()).rejects.toThrow("the line");
    const gone = between();
    gone.entrance.open();
    await gone.output.cancel("gone");
    await expect(
      gone.input.write(frame(1)).then(() => gone.input.write(frame(2)))
        .then(() => gone.input.write(frame(3))),
    ).rejects.toBe("gone");
  });
});
