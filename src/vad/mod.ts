/**
 * Voice activity: which frames hold a voice.
 *
 * A {@link Detector} looks at one frame after another; {@link loadFvad} makes small and fast ones;
 * {@link VadStream} is the stage that asks one and marks the frames.
 *
 * @module
 */
export * from "./detector.ts";
export * from "./fvad.ts";
export * from "./vad_stream.ts";
