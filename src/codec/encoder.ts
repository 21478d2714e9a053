/** Sound to packets: the core of the encoding stage. */

import { type AudioFrame, type EncodedFrame, Framer, samplesIn } from "../audio/mod.ts";
import type { Codec } from "./codec.ts";

/** How an {@link Encoder} cuts. */
export interface EncoderOptions {
  /** Length of each packet in ms, as the other side's `a=ptime` asks; Opus knows 10, 20, 40 and 60. @default 20 */
  readonly packetMs?: number;
}

/**
 * Encodes frames of any length into packets of one length.
 *
 * The end of a turn is filled up with silence instead of waiting for the next turn, so that a packet
 * speaks for one turn only; the last one carries the mark of the end. A packet carries the words of all the frames that begin in it.
 *
 * @example
 * ```ts
 * import { codecsNamed, Encoder } from "@sofia/phone/codec";
 * import assert from "node:assert/strict";
 *
 * const encoder = new Encoder(codecsNamed(["PCMU"])[0].create());
 * const samples = new Int16Array(200);
 * const packets = encoder.push({ sampleRate: 8000, samples, timestamp: 0, turn: 1, text: "Hello" });
 * assert.deepEqual(packets.map((packet) => packet.text), ["Hello"]);
 * assert.deepEqual(encoder.flush().map((packet) => packet.timestamp), [160]);
 * ```
 */
export class Encoder {
  readonly #codec: Codec;
  readonly #framer: Framer;
  readonly #duration: number;
  #timestamp = 0;
  #turn: number | undefined;
  #text: string | undefined;

  /**
   * An encoder for one direction of one call.
   *
   * @throws {RangeError} if `packetMs` is not above zero
   */
  constructor(codec: Codec, options: EncoderOptions = {}) {
    const { packetMs = 20 } = options;
    this.#codec = codec;
    this.#framer = new Framer(samplesIn(packetMs, codec.sampleRate));
    this.#duration = samplesIn(packetMs, codec.clockRate);
  }

  /**
   * The packets that `frame` completes, oldest first.
   *
   * @throws {RangeError} if the frame's rate is not the codec's
   */
  push(frame: AudioFrame): EncodedFrame[] {
    const { name, sampleRate } = this.#codec;
    if (frame.sampleRate !== sampleRate) {
      throw new RangeError(
        `Cannot encode ${name} as its sound must have ${sampleRate} Hz: current value is ${frame.sampleRate}`,
      );
    }
    const packets = frame.turn === this.#turn ? [] : this.flush();
    this.#turn = frame.turn;
    // The frame's own words begin with its own first sample, which may be in the packet that waits.
    if (frame.text !== undefined) {
      this.#text = this.#text === undefined ? frame.text : `${this.#text} ${frame.text}`;
    }
    for (const samples of this.#framer.push(frame.samples)) packets.push(this.#packet(samples));
    if (!frame.endOfTurn) return packets;
    packets.push(...this.flush());
    const last = packets.pop();
    return last === undefined ? packets : [...packets, { ...last, endOfTurn: true }];
  }

  /** The last packet, filled up with silence, if samples or words are left. */
  flush(): EncodedFrame[] {
    const rest = this.#framer.flush();
    if (rest) return [this.#packet(rest)];
    return this.#text === undefined ? [] : [this.#packet(new Int16Array(this.#framer.size))];
  }

  #packet(samples: Int16Array): EncodedFrame {
    const payload = this.#codec.encode(samples);
    const packet: EncodedFrame = {
      kind: "audio",
      payload,
      samples,
      timestamp: this.#timestamp,
      duration: this.#duration,
      ...(this.#turn !== undefined && { turn: this.#turn }),
      ...(this.#text !== undefined && { text: this.#text }),
    };
    this.#timestamp += this.#duration;
    this.#text = undefined;
    return packet;
  }
}
