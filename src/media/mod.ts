/**
 * The sound of a call: {@link MediaSession} composes and runs the chain of all stages;
 * {@link Chain} is where users put their own.
 *
 * @module
 */
export * from "./bridge.ts";
export * from "./chain.ts";
export * from "./conversation_event.ts";
export * from "./entrance.ts";
export * from "./far_playout.ts";
export * from "./frames_of.ts";
export * from "./gate_stream.ts";
export * from "./joined_stream.ts";
export * from "./live_way.ts";
export * from "./media_key.ts";
export * from "./media_line.ts";
export * from "./media_parameters.ts";
export * from "./media_session.ts";
export * from "./media_session_options.ts";
export type { MutedSide } from "./mutes.ts";
export * from "./message_line.ts";
export * from "./message_packets.ts";
export * from "./rtp_line.ts";
export * from "./sound_taps.ts";
export * from "./tone_keys.ts";
