import type { EncodedFrame } from "../audio/mod.ts";
import type { Clock, Timer } from "../clock/mod.ts";
import type { ReceivedRtpPacket } from "../rtp/mod.ts";
import { JitterBuffer } from "./jitter_buffer.ts";
import type { JitterBufferOptions } from "./jitter_buffer_options.ts";
import type { JitterStatistics } from "./jitter_statistics.ts";

/** How much later than it could a line on which packets flow is found to have fallen silent. */
const WATCH_MS = 60;

/**
 * A {@link JitterBuffer} as a stage: packets in, frames that tile time out, from now on.
 *
 * One timer is pending, and packets in order leave it alone: a timer costs more than a packet. It
 * goes off some ten times a second to see whether they still come. When they do not, what is overdue
 * is made up at once, and from then on each frame when it is due. Nothing is added to frames that
 * nobody has taken.
 *
 * @example
 * ```ts
 * import { VirtualClock } from "@sofia/phone/clock";
 * import { JitterBufferStream } from "@sofia/phone/jitter";
 * import assert from "node:assert/strict";
 *
 * const clock = new VirtualClock();
 * const durationOf = (payload: Uint8Array) => payload.length;
 * const stream = new JitterBufferStream(clock, { clockRate: 8000, durationOf });
 * const reader = stream.readable.getReader();
 * const { value } = await clock.runUntil(reader.read());
 * assert.deepEqual([value?.kind, clock.now()], ["silence", 60]);
 * await reader.cancel();
 * assert.equal(clock.pending, 0);
 * ```
 */
export class JitterBufferStream extends TransformStream<ReceivedRtpPacket, EncodedFrame> {
  readonly #buffer: JitterBuffer;

  /** Takes the time from `clock`, which must be the one that stamps the packets. */
  constructor(clock: Clock, options: JitterBufferOptions) {
    const buffer = new JitterBuffer({ startAt: clock.now(), ...options });
    super(jitterBufferTransformer(buffer, clock));
    this.#buffer = buffer;
  }

  /** What became of the packets so far. */
  get statistics(): JitterStatistics {
    return this.#buffer.statistics;
  }
}

/** The stage of {@link JitterBufferStream} around a core that is there already. */
export function jitterBufferTransformer(
  buffer: JitterBuffer,
  clock: Clock,
): Transformer<ReceivedRtpPacket, EncodedFrame> {
  let timer: Timer | undefined;
  let dueAt = Infinity;
  let isFlowing = false;
  let isReleased = false;
  const release = () => {
    isReleased = true;
    timer?.cancel();
  };
  const arm = (at: number, controller: TransformStreamDefaultController<EncodedFrame>) => {
    // A frame that is passed on may bring the stage down before this is asked for the next look.
    if (isReleased) return;
    timer?.cancel();
    dueAt = at;
    timer = clock.setTimer(() => look(controller), at - clock.now());
  };
  const look = (controller: TransformStreamDefaultController<EncodedFrame>) => {
    const { desiredSize } = controller;
    if (desiredSize === null) return release();
    if (desiredSize < 0) return arm(clock.now() + WATCH_MS, controller);
    const frames = buffer.poll(clock.now());
    for (const frame of frames) controller.enqueue(frame);
    const isCalm = isFlowing && buffer.waiting === 0 && frames.length === 0;
    isFlowing = false;
    arm(buffer.nextDeadline()! + (isCalm ? WATCH_MS : 0), controller);
  };
  return {
    start: (controller) => arm(buffer.nextDeadline()!, controller),
    transform(packet, controller) {
      isFlowing = true;
      for (const frame of buffer.push(packet)) controller.enqueue(frame);
      if (buffer.waiting === 0) return;
      const deadline = buffer.nextDeadline()!;
      if (deadline < dueAt) arm(deadline, controller);
    },
    flush(controller) {
      release();
      for (const frame of buffer.flush()) controller.enqueue(frame);
    },
    cancel: release,
  };
}
