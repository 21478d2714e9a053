/**
 * From packets as they come to frames that tile time: order, deadlines, concealment of what is lost.
 *
 * @module
 */

export type { EncodedFrame } from "../audio/mod.ts";
export type { Clock, Random, Timer } from "../clock/mod.ts";
export type { ComfortNoise, ReceivedRtpPacket, RtpPacket, RtpPayloadKind } from "../rtp/mod.ts";
export * from "./concealer.ts";
export type { JitterBufferOptions } from "./jitter_buffer_options.ts";
export * from "./jitter_buffer.ts";
export * from "./jitter_buffer_stream.ts";
export * from "./jitter_statistics.ts";
export * from "./loss_concealer.ts";
export * from "./measure_noise.ts";
export * from "./noise_generator.ts";
