import type { EncodedFrame } from "../audio/mod.ts";
import type { Clock, Timer } from "../clock/mod.ts";
import type { ReceivedRtpPacket } from "../rtp/mod.ts";
import { JitterBuffer } from "./jitter_buffer.ts";
import type { JitterBufferOptions } from "./jitter_buffer_options.ts";
import type { JitterStatistics } from "./jitter_statistics.ts";

/**
 * A {@link JitterBuffer} as a stage: packets in, frames that tile time out, from now on.
 *
 * One timer at most is pending, and it is not touched while packets come in order: when it goes off
 * it looks whether it is needed yet. It adds nothing to frames that nobody has taken.
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
    const { frameMs = 20 } = options;
    let timer: Timer | undefined;
    let armedFor = Infinity;
    const release = () => timer?.cancel();
    const arm = (at: number, controller: TransformStreamDefaultController<EncodedFrame>) => {
      release();
      armedFor = at;
      timer = clock.setTimer(() => {
        const isTaken = (controller.desiredSize ?? 0) >= 0;
        if (isTaken) { for (const frame of buffer.poll(clock.now())) controller.enqueue(frame); }
        arm(isTaken ? buffer.nextDeadline()! : clock.now() + frameMs, controller);
      }, at - clock.now());
    };
    super({
      start: (controller) => arm(buffer.nextDeadline()!, controller),
      transform(packet, controller) {
        for (const frame of buffer.push(packet)) controller.enqueue(frame);
        const deadline = buffer.nextDeadline()!;
        if (deadline < armedFor) arm(deadline, controller);
      },
      flush(controller) {
        release();
        for (const frame of buffer.flush()) controller.enqueue(frame);
      },
      cancel: release,
    });
    this.#buffer = buffer;
  }

  /** What became of the packets so far. */
  get statistics(): JitterStatistics {
    return this.#buffer.statistics;
  }
}
