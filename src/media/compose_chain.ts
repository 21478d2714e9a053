/** The chain of a call: every stage between its socket and its metronome. */

import type { AudioFrame } from "../audio/mod.ts";
import type { Random } from "../clock/mod.ts";
import { type Codec, DecoderStream, EncoderStream } from "../codec/mod.ts";
import { type JitterBufferStream, LossConcealer } from "../jitter/mod.ts";
import { ResampleStream } from "../resample/mod.ts";
import type { RtpDepacketizerStream } from "../rtp/mod.ts";
import { TurnStream } from "../turn/mod.ts";
import { type DetectorFactory, VadStream } from "../vad/mod.ts";
import { Chain } from "./chain.ts";

/** What the stages of one call are made from. */
export interface ComposeChainOptions {
  readonly random: Random;
  readonly codec: Codec;
  readonly depacketizer: RtpDepacketizerStream;
  readonly jitter: JitterBufferStream;
  /** Asked when the stage is made, so that a chain without it leaves none open. */
  readonly detector: DetectorFactory;
  /** The rate the backend wants to hear, in Hz. */
  readonly sampleRate: number;
  /** Makes the backend's own stage. */
  readonly backend: () => ReadableWritablePair<AudioFrame, AudioFrame>;
  /** Whether that is made by a user. */
  readonly isForeign: boolean;
}

/**
 * The stages in order, by name: `rtp`, `jitter`, `decode`, `resample`, `vad`, `turn`, `backend`,
 * `speech-resample`, `encode`.
 */
export function composeChain(options: ComposeChainOptions): Chain {
  const { random, codec, depacketizer, jitter, detector, sampleRate, backend, isForeign } = options;
  const line = codec.sampleRate;
  const concealer = new LossConcealer({ sampleRate: line, random });
  return new Chain([
    { name: "rtp", make: () => depacketizer },
    { name: "jitter", make: () => jitter },
    {
      name: "decode",
      label: `decode ${codec.name} ${kHz(line)}`,
      make: () => new DecoderStream(codec, { concealer }),
    },
    {
      name: "resample",
      label: line === sampleRate ? undefined : `resample ${kHz(line)} → ${kHz(sampleRate)}`,
      make: () => new ResampleStream({ from: line, to: sampleRate }),
    },
    { name: "vad", make: () => new VadStream(detector()) },
    { name: "turn", make: () => new TurnStream() },
    { name: "backend", label: `backend ${kHz(sampleRate)}`, make: backend, foreign: isForeign },
    {
      name: "speech-resample",
      label: `resample → ${kHz(line)}`,
      make: () => new ResampleStream({ to: line }),
    },
    { name: "encode", label: `encode ${codec.name}`, make: () => new EncoderStream(codec) },
  ]);
}

/** 16000 as "16 kHz", 22050 as "22.05 kHz". */
function kHz(rate: number): string {
  return `${rate / 1000} kHz`;
}
