/**
 * Codecs behind one seam, and the two stages that run them: packets to sound, sound to packets.
 *
 * Opus is not part of this file: it is loaded when asked for, or imported from `codec/opus`.
 *
 * @module
 */

export type { AudioFrame, EncodedFrame } from "../audio/mod.ts";
export * from "./codec.ts";
export * from "./codecs.ts";
export * from "./decoder.ts";
export * from "./decoder_stream.ts";
export * from "./encoder.ts";
export * from "./encoder_stream.ts";
export * from "./g711.ts";
export * from "./l16.ts";
export * from "./lazy_codec.ts";
