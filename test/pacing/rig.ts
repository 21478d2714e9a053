/** A pacer on virtual time that writes down all it sends. */

import type { EncodedFrame } from "../../src/audio/mod.ts";
import { Ticker, VirtualClock } from "../../src/clock/mod.ts";
import { type PacedPacketOptions, Pacer, type PacerOptions } from "../../src/pacing/mod.ts";

/** A packet as it left; `mediaTime` is what the RTP timestamp would be, from 0. */
export interface Sent extends PacedPacketOptions {
  readonly at: number;
  readonly payload: Uint8Array;
  readonly mediaTime: number;
}

export interface Rig {
  readonly clock: VirtualClock;
  readonly ticker: Ticker;
  readonly pacer: Pacer;
  readonly sent: Sent[];
  /** The RTP timestamp the next packet would have, from 0. */
  mediaTime(): number;
  /** What left since the last call, in short: a frame by its first byte, `.` for silence. */
  taken(): string;
}

export const SILENCE: Uint8Array = new Uint8Array(160).fill(0xff);

export function rig(options: Partial<PacerOptions> = {}): Rig {
  const clock = new VirtualClock();
  const ticker = new Ticker(clock);
  const sent: Sent[] = [];
  let mediaTime = 0;
  let read = 0;
  const pacer = new Pacer({
    clock,
    ticker,
    clockRate: 8000,
    silence: SILENCE,
    emit: (payload, packet) => {
      sent.push({ ...packet, at: clock.now(), payload, mediaTime });
      mediaTime += packet.duration;
    },
    skip: (duration) => mediaTime += duration,
    ...options,
  });
  const short = ({ kind, payload }: Sent) => {
    if (kind === "silence") return ".";
    return kind === "event" ? "!" : `${payload[0]}`;
  };
  const taken = () => sent.slice(read, read = sent.length).map(short).join(" ");
  return { clock, ticker, pacer, sent, mediaTime: () => mediaTime, taken };
}

/** A frame of 20 ms whose bytes are all `value`. */
export function frame(value: number, marks: Partial<EncodedFrame> = {}): EncodedFrame {
  const payload = new Uint8Array(160).fill(value);
  return { kind: "audio", payload, timestamp: 0, duration: 160, ...marks };
}

/** A chain that is as fast as it is let, and counts how many frames were taken from it. */
export function speech(frames: Iterable<EncodedFrame>): {
  readable: ReadableStream<EncodedFrame>;
  pulled(): number;
} {
  const iterator = frames[Symbol.iterator]();
  let pulled = 0;
  const readable = new ReadableStream<EncodedFrame>({
    pull(controller) {
      const { value, done } = iterator.next();
      if (done) return controller.close();
      pulled++;
      controller.enqueue(value);
    },
  });
  return { readable, pulled: () => pulled };
}
