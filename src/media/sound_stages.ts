/** The stages by which packets become frames of sound, whatever they came by. */

import type { Clock, Random } from "../clock/mod.ts";
import { type Codec, type DecoderOptions, decoderTransformer } from "../codec/mod.ts";
import { type JitterBuffer, jitterBufferTransformer, LossConcealer } from "../jitter/mod.ts";
import type { Stage } from "./chain.ts";

/** What {@link soundStages} are made from. */
export interface SoundStagesOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly codec: Codec;
  readonly jitter: JitterBuffer;
  /** Told the sound as it is decoded. */
  readonly onSound: DecoderOptions["onSound"];
}

/** The stages `jitter` and `decode`. */
export function soundStages(options: SoundStagesOptions): Stage[] {
  const { clock, random, codec, jitter, onSound } = options;
  const concealer = new LossConcealer({ sampleRate: codec.sampleRate, random });
  return [
    { name: "jitter", transformer: () => jitterBufferTransformer(jitter, clock) },
    {
      name: "decode",
      label: `decode ${codec.name} ${kHz(codec.sampleRate)}`,
      transformer: () => decoderTransformer(codec, { concealer, onSound }),
    },
  ];
}

/** 16000 as "16 kHz", 22050 as "22.05 kHz". */
export function kHz(rate: number): string {
  return `${rate / 1000} kHz`;
}
