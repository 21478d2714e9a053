/**
 * One rate to another: telephone lines speak at 8 kHz, ears of machines hear at 16, voices of
 * machines speak at 22 or 24, browsers at 48.
 *
 * @module
 */

export type { AudioFrame } from "../audio/mod.ts";
export * from "./frame_resampler.ts";
export * from "./resample_stream.ts";
export * from "./resampler.ts";
export { loadResampler } from "./speex.ts";
