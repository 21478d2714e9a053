/** Messages of sound as packets: they come in their order and all of them, but not at their time. */

import type { ReceivedRtpPacket } from "../rtp/mod.ts";

/** A message that comes so much later than the one before it could have follows a pause, or a stall, in ms. */
const PAUSE_MS = 200;
/** So much sound more than there was time for is taken, in ms: what is faster is no voice. */
const AHEAD_MS = 2000;

/** A message of sound. */
export interface SoundMessage {
  /** The codec's bytes. */
  readonly payload: Uint8Array;
  /** When it came, in ms of the call's clock. */
  readonly receivedAt: number;
}

/** What became of messages of sound. */
export interface MessageCounters {
  /** Those that went down the chain, or are about to. */
  packets: number;
  /** Those that are none of the codec's. */
  invalid: number;
  /** Those that came faster than anybody can speak, dropped. */
  tooFast: number;
}

/** What {@link MessagePackets} needs to know of a line. */
export interface MessagePacketsOptions {
  /** Ticks of the codec's clock per second. */
  readonly clockRate: number;
  /** The length of a payload in ticks; 0 if it is none of the codec's. */
  readonly durationOf: (payload: Uint8Array) => number;
  /** Told when each message came that tells by it when it was said: not those of a burst. */
  readonly onArrival: (receivedAt: number) => void;
}

/**
 * Gives messages the sequence numbers and timestamps that a sender of RTP would have given them.
 *
 * Their sound is taken to be without a gap, so that one that is late is known to be, and a burst after a
 * stall of the network is laid where it was said. Only where a message comes long after it could have, and
 * the next at its own pace behind it, the sender has paused: its time begins anew there (with another
 * SSRC). To tell the two apart the first message after a gap is held until the second is there.
 *
 * @example
 * ```ts
 * import { MessagePackets } from "@sofia/phone/media";
 * import assert from "node:assert/strict";
 *
 * const durationOf = (payload: Uint8Array) => payload.length;
 * const packets = new MessagePackets({ clockRate: 8000, durationOf, onArrival: () => {} });
 * const at = (receivedAt: number) => packets.push({ payload: new Uint8Array(160), receivedAt });
 * assert.deepEqual([at(0), at(20), at(500), at(520)].map(({ length }) => length), [1, 1, 0, 2]);
 * ```
 */
export class MessagePackets {
  /** What became of the messages so far. */
  readonly counters: MessageCounters = { packets: 0, invalid: 0, tooFast: 0 };
  readonly #options: MessagePacketsOptions;
  readonly #ticksPerMs: number;
  #held: SoundMessage | undefined;
  #lastAt: number | undefined;
  #ssrc = 0;
  #sequence = 0;
  #position = 0;
  /** When the sender's time began, and how much sound there was since, in ms. */
  #beganAt = 0;
  #soundMs = 0;

  /** Nothing has come yet. */
  constructor(options: MessagePacketsOptions) {
    this.#options = options;
    this.#ticksPerMs = options.clockRate / 1000;
  }

  /** Takes a message; gives the packets that are certain by it: mostly its own. */
  push(message: SoundMessage): ReceivedRtpPacket[] {
    const { payload, receivedAt } = message;
    const durationMs = this.#options.durationOf(payload) / this.#ticksPerMs;
    if (!(durationMs > 0)) {
      this.counters.invalid++;
      return [];
    }
    if (this.#lastAt === undefined) this.#begin(receivedAt - durationMs);
    const sinceMs = receivedAt - (this.#lastAt ?? receivedAt - durationMs);
    this.#lastAt = receivedAt;
    const isInPace = sinceMs >= durationMs / 2;
    const isLate = sinceMs > durationMs + PAUSE_MS;
    const held = this.#held;
    this.#held = undefined;
    if (held !== undefined && isInPace) this.#begin(held.receivedAt - this.#msOf(held));
    const packets = held === undefined ? [] : this.#packets(held);
    if (isLate) {
      this.#held = message;
      return packets;
    }
    if (isInPace) this.#options.onArrival(receivedAt);
    return [...packets, ...this.#packets(message)];
  }

  /** The sender's time begins anew. */
  #begin(at: number): void {
    this.#ssrc++;
    this.#beganAt = at;
    this.#soundMs = 0;
  }

  #packets(message: SoundMessage): ReceivedRtpPacket[] {
    const { payload, receivedAt } = message;
    const durationMs = this.#msOf(message);
    if (this.#soundMs + durationMs > receivedAt - this.#beganAt + AHEAD_MS) {
      this.counters.tooFast++;
      return [];
    }
    this.#soundMs += durationMs;
    this.counters.packets++;
    const packet: ReceivedRtpPacket = {
      ...{ kind: "audio", payloadType: 0, marker: false, ssrc: this.#ssrc, payload, receivedAt },
      sequenceNumber: this.#sequence++ & 0xffff,
      timestamp: this.#position >>> 0,
    };
    this.#position += this.#options.durationOf(payload);
    return [packet];
  }

  #msOf({ payload }: SoundMessage): number {
    return this.#options.durationOf(payload) / this.#ticksPerMs;
  }
}
