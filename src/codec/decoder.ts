/** Packets to sound: the core of the decoding stage. */

import { type AudioFrame, type EncodedFrame, Framer, frameSamples } from "../audio/mod.ts";
import type { Codec } from "./codec.ts";

/** Makes up sound where none came. Packet loss concealment and comfort noise stand behind this. */
export interface Concealer {
  /** Hears sound that did come; gives it back, its beginning perhaps blended into what was made up before. */
  good(samples: Int16Array): Int16Array;
  /** `count` samples for a packet that was lost. */
  conceal(count: number): Int16Array;
  /** `count` samples of a line that is silent on purpose; `payload` is RFC 3389 comfort noise or empty. */
  silence(count: number, payload: Uint8Array): Int16Array;
}

/** How a {@link Decoder} fills holes. */
export interface DecoderOptions {
  /** What fills the holes that the codec itself cannot. @default zeros */
  readonly concealer?: Concealer;
  /** Told the sound of each packet, come or made up, before it is cut. @default nobody is told */
  readonly onSound?: (samples: Int16Array, packet: EncodedFrame) => void;
}

/**
 * Decodes packets of any length into frames of 20 ms that follow each other without a gap.
 *
 * A frame is `concealed` when any sample in it was made up. The codec stays its owner's to close.
 *
 * @example
 * ```ts
 * import { codecsNamed, Decoder } from "@sofia/phone/codec";
 * import assert from "node:assert/strict";
 *
 * const decoder = new Decoder(codecsNamed(["PCMU"])[0].create());
 * const payload = new Uint8Array(240).fill(0xff); // 30 ms
 * const [frame] = decoder.push({ kind: "audio", payload, timestamp: 0, duration: 240 });
 * assert.equal(frame.samples.length, 160);
 * assert.equal(decoder.flush()[0].timestamp, 160);
 * ```
 */
export class Decoder {
  readonly #codec: Codec;
  readonly #concealer: Concealer;
  readonly #framer: Framer;
  readonly #onSound: DecoderOptions["onSound"];
  #timestamp = 0;
  #pendingConcealed = false;

  /** A decoder for one direction of one call. */
  constructor(codec: Codec, options: DecoderOptions = {}) {
    this.#codec = codec;
    this.#concealer = options.concealer ?? ZEROS;
    this.#framer = new Framer(frameSamples(codec.sampleRate));
    this.#onSound = options.onSound;
  }

  /** The frames that `packet` completes, oldest first. */
  push(packet: EncodedFrame): AudioFrame[] {
    const { samples, concealed } = this.#sound(packet);
    this.#onSound?.(samples, packet);
    // Only the first frame can hold something from before this packet.
    let mark = concealed || this.#pendingConcealed;
    const frames = this.#framer.push(samples).map((samples) => {
      const frame = this.#frame(samples, mark);
      mark = concealed;
      return frame;
    });
    this.#pendingConcealed = this.#framer.pending > 0 && mark;
    return frames;
  }

  /** The last frame, filled up with silence, if any samples are left. */
  flush(): AudioFrame[] {
    const samples = this.#framer.flush();
    return samples ? [this.#frame(samples, this.#pendingConcealed)] : [];
  }

  #sound(packet: EncodedFrame): { samples: Int16Array; concealed: boolean } {
    const { kind, payload, duration, next } = packet;
    const count = Math.round((duration * this.#codec.sampleRate) / this.#codec.clockRate);
    if (kind === "silence") {
      return { samples: this.#concealer.silence(count, payload), concealed: true };
    }
    if (kind === "audio") {
      const samples = this.#codec.decode(payload);
      if (samples.length > 0) return { samples: this.#concealer.good(samples), concealed: false };
      // Not the codec's bytes at all: as good as lost.
    }
    // The codec knows its own lost sound better than anyone who hears only the result.
    const recovered = this.#codec.recover?.(count, next);
    const samples = recovered ? this.#concealer.good(recovered) : this.#concealer.conceal(count);
    return { samples, concealed: true };
  }

  #frame(samples: Int16Array, concealed: boolean): AudioFrame {
    const frame = { sampleRate: this.#codec.sampleRate, samples, timestamp: this.#timestamp };
    this.#timestamp += samples.length;
    return concealed ? { ...frame, concealed } : frame;
  }
}

const ZEROS: Concealer = {
  good: (samples) => samples,
  conceal: (count) => new Int16Array(count),
  silence: (count) => new Int16Array(count),
};
