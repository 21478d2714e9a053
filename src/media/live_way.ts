/** A way for live frames from one call to another. */

import { type AudioFrame, FRAME_MS } from "../audio/mod.ts";

/** Frames that wait at most, in case the reader is late: 100 ms. */
const MAX_WAITING = 100 / FRAME_MS;

/**
 * A pair of streams: what is written can be read, and what is not read in time is passed over, the
 * oldest first. Writing never waits. The reader's end, or that of the writer, ends the other side.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { liveWay } from "@sofia/phone/media";
 *
 * const { writable, readable } = liveWay();
 * const writer = writable.getWriter();
 * for (let timestamp = 0; timestamp < 7; timestamp++) {
 *   await writer.write({ sampleRate: 8000, samples: new Int16Array(160), timestamp });
 * }
 * await writer.close();
 * const frames = await Array.fromAsync(readable);
 * assert.deepEqual(frames.map(({ timestamp }) => timestamp), [2, 3, 4, 5, 6]);
 * ```
 */
export function liveWay(): ReadableWritablePair<AudioFrame, AudioFrame> {
  const waiting: AudioFrame[] = [];
  let isOver = false;
  let wake = () => {};
  let input: WritableStreamDefaultController;
  let output: ReadableStreamDefaultController<AudioFrame>;
  const readable = new ReadableStream<AudioFrame>({
    start: (controller) => void (output = controller),
    async pull(controller) {
      while (waiting.length === 0 && !isOver) {
        await new Promise<void>((resolve) => wake = resolve);
      }
      const frame = waiting.shift();
      if (frame !== undefined) controller.enqueue(frame);
      else controller.close();
    },
    cancel: (reason) => input.error(reason),
  }, { highWaterMark: 0 });
  const writable = new WritableStream<AudioFrame>({
    start: (controller) => void (input = controller),
    write(frame) {
      waiting.push(frame);
      if (waiting.length > MAX_WAITING) waiting.shift();
      wake();
    },
    close() {
      isOver = true;
      wake();
    },
    abort: (reason) => output.error(reason),
  });
  return { readable, writable };
}
