/** The chain of a call: every stage between its socket and its metronome. */

import type { AudioFrame } from "../audio/mod.ts";
import type { Clock, Random } from "../clock/mod.ts";
import {
  type Codec,
  type DecoderOptions,
  decoderTransformer,
  encoderTransformer,
} from "../codec/mod.ts";
import { type JitterBuffer, jitterBufferTransformer, LossConcealer } from "../jitter/mod.ts";
import { resampleTransformer } from "../resample/mod.ts";
import { type RtpDepacketizer, rtpDepacketizerTransformer } from "../rtp/mod.ts";
import { type DtmfStreamOptions, dtmfTransformer } from "../tone/mod.ts";
import { type TurnDetector, turnTransformer } from "../turn/mod.ts";
import { type DetectorFactory, type VadStreamOptions, vadTransformer } from "../vad/mod.ts";
import { Chain } from "./chain.ts";
import type { Mutes } from "./mutes.ts";

/** What the stages of one call are made from. */
export interface ComposeChainOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly codec: Codec;
  readonly depacketizer: RtpDepacketizer;
  readonly jitter: JitterBuffer;
  /** Told the caller's sound as it is decoded. */
  readonly onSound?: DecoderOptions["onSound"];
  /** Told the keys that are heard in the sound; without it nobody listens for them. */
  readonly onKey?: DtmfStreamOptions["onKey"];
  /** Asked when the stage is made, so that a chain without it leaves none open. */
  readonly detector: DetectorFactory;
  /** Told when the detector was replaced. */
  readonly onRestart: VadStreamOptions["onRestart"];
  /** Finds the caller's turns. */
  readonly turns: TurnDetector;
  /** The rate the backend wants to hear, in Hz. */
  readonly sampleRate: number;
  /** Makes the backend's own stage. */
  readonly backend: () => ReadableWritablePair<AudioFrame, AudioFrame>;
  /** Who is not heard. */
  readonly mutes: Mutes;
  /** Whether that is made by a user. */
  readonly isForeign: boolean;
}

/**
 * The stages in order, by name: `rtp`, `jitter`, `decode`, `resample`, `vad`, `turn`, `backend`,
 * `speech-resample`, `encode`; and `keys` after `decode` where keys are heard in the sound.
 */
export function composeChain(options: ComposeChainOptions): Chain {
  const { clock, random, codec, depacketizer, jitter, onSound, onKey } = options;
  const { detector, onRestart, turns, sampleRate, backend, isForeign, mutes } = options;
  const line = codec.sampleRate;
  const concealer = new LossConcealer({ sampleRate: line, random });
  return new Chain([
    { name: "rtp", transformer: () => rtpDepacketizerTransformer(depacketizer) },
    { name: "jitter", transformer: () => jitterBufferTransformer(jitter, clock) },
    {
      name: "decode",
      label: `decode ${codec.name} ${kHz(line)}`,
      transformer: () => decoderTransformer(codec, { concealer, onSound }),
    },
    ...(onKey ? [{ name: "keys", transformer: () => dtmfTransformer({ onKey }) }] : []),
    {
      name: "resample",
      label: line === sampleRate ? undefined : `resample ${kHz(line)} → ${kHz(sampleRate)}`,
      // Keys are found before it: who is muted can still press them.
      transformer: () => mutes.afterCaller(resampleTransformer({ from: line, to: sampleRate })),
    },
    { name: "vad", transformer: () => vadTransformer(detector, { clock, onRestart }) },
    { name: "turn", transformer: () => turnTransformer(turns) },
    { name: "backend", label: `backend ${kHz(sampleRate)}`, make: backend, foreign: isForeign },
    {
      name: "speech-resample",
      label: `resample → ${kHz(line)}`,
      transformer: () => resampleTransformer({ to: line }),
    },
    { name: "encode", label: `encode ${codec.name}`, transformer: () => encoderTransformer(codec) },
  ]);
}

/** 16000 as "16 kHz", 22050 as "22.05 kHz". */
function kHz(rate: number): string {
  return `${rate / 1000} kHz`;
}
