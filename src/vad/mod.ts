/**
 * Voice activity: which frames hold a voice.
 *
 * A {@link Detector} looks at one frame after another. There are three, and {@link loadDetector} loads
 * them by name: Silero (from `vad/silero`), a neural network on packages that are not installed with
 * this one; {@link loadFvad}, small and fast; {@link energyDetector}, which knows loudness alone.
 * {@link VadStream} is the stage that asks one and marks the frames.
 *
 * @module
 */

export type { AudioFrame } from "../audio/mod.ts";
export type { Clock, Timer } from "../clock/mod.ts";
export type { DeafnessOptions } from "./deafness.ts";
export * from "./detector.ts";
export * from "./detector_failure.ts";
export * from "./energy.ts";
export * from "./fvad.ts";
export * from "./load_detector.ts";
export * from "./vad_stream.ts";
