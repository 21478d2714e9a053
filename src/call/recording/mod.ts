/**
 * Recordings: the caller on the left, the agent on the right, each sample where it belongs.
 *
 * @module
 */
export * from "./caller_place.ts";
export * from "./disk_gate.ts";
export * from "./file_name.ts";
export * from "./node_disk.ts";
export * from "./recorded_call.ts";
export * from "./recording.ts";
export * from "./recording_disk.ts";
export * from "./recording_event.ts";
export * from "./recording_note.ts";
export * from "./recording_options.ts";
export * from "./recordings.ts";
export type { RecordingsOptions } from "./recordings_options.ts";
export * from "./repair_recordings.ts";
export * from "./stereo_blocks.ts";
export * from "./stereo_sound.ts";
