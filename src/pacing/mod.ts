/**
 * The way out of a call: frames leave at the beat of one metronome, and what left is written down.
 *
 * @module
 */
export * from "./live_backlog.ts";
export * from "./pacer.ts";
export * from "./pacer_options.ts";
export * from "./pacer_sink.ts";
export * from "./phase_follower.ts";
export * from "./playout_ledger.ts";
export * from "./voice_gain.ts";
