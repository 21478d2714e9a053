/** The chain of a call: every stage between its line and its metronome. */

import type { AudioFrame } from "../audio/mod.ts";
import type { Clock } from "../clock/mod.ts";
import { type Codec, encoderTransformer } from "../codec/mod.ts";
import { resampleTransformer } from "../resample/mod.ts";
import { type DtmfStreamOptions, dtmfTransformer } from "../tone/mod.ts";
import { type TurnDetector, turnTransformer } from "../turn/mod.ts";
import { type DetectorFactory, type VadStreamOptions, vadTransformer } from "../vad/mod.ts";
import { Chain, type Stage } from "./chain.ts";
import type { Mutes } from "./mutes.ts";
import { kHz } from "./sound_stages.ts";

/** What the stages of one call are made from. */
export interface ComposeChainOptions {
  readonly clock: Clock;
  readonly codec: Codec;
  /** Those of the line, from what comes to the caller's sound at the codec's rate. */
  readonly line: readonly Stage[];
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
 * The stages in order, by name: those of the line, such as `rtp`, `jitter` and `decode`, then `resample`,
 * `vad`, `turn`, `backend`, `speech-resample`, `encode`; and `keys` before `resample` where keys are heard
 * in the sound.
 */
export function composeChain(options: ComposeChainOptions): Chain {
  const { clock, codec, line, onKey, detector, onRestart, turns } = options;
  const { sampleRate, backend, isForeign, mutes } = options;
  const from = codec.sampleRate;
  return new Chain([
    ...line,
    ...(onKey ? [{ name: "keys", transformer: () => dtmfTransformer({ onKey }) }] : []),
    {
      name: "resample",
      label: from === sampleRate ? undefined : `resample ${kHz(from)} → ${kHz(sampleRate)}`,
      // Keys are found before it: who is muted can still press them.
      transformer: () => mutes.afterCaller(resampleTransformer({ from, to: sampleRate })),
    },
    { name: "vad", transformer: () => vadTransformer(detector, { clock, onRestart }) },
    { name: "turn", transformer: () => turnTransformer(turns) },
    { name: "backend", label: `backend ${kHz(sampleRate)}`, make: backend, foreign: isForeign },
    {
      name: "speech-resample",
      label: `resample → ${kHz(from)}`,
      transformer: () => resampleTransformer({ to: from }),
    },
    { name: "encode", label: `encode ${codec.name}`, transformer: () => encoderTransformer(codec) },
  ]);
}
