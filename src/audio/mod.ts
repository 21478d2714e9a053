/**
 * Sound as every part of the project sees it: frames, durations, levels, tones and WAV files.
 *
 * Imports nothing. Samples are signed 16-bit in an `Int16Array`, one channel, everywhere.
 *
 * @module
 */

export * from "./audio_frame.ts";
export * from "./byte_slab.ts";
export * from "./companding.ts";
export * from "./concat_samples.ts";
export * from "./durations.ts";
export * from "./framer.ts";
export * from "./levels.ts";
export * from "./mixing.ts";
export * from "./recent_samples.ts";
export * from "./tones.ts";
export * from "./wav.ts";
