/** Which calls are recorded, where to, and what becomes of the files. */

import type { CallInfo } from "../../backend/mod.ts";
import type { FinishedRecording } from "./recording_note.ts";

/** `always` from the answer on; `onDemand` when `call.record()` asks for it; `never` not even then. */
export type RecordingPolicy = "always" | "never" | "onDemand";

/**
 * Decides for one call, at once or, as somebody has to be asked, later: then nothing is recorded until
 * it is decided.
 */
export type DecideRecording = (call: CallInfo) => RecordingPolicy | Promise<RecordingPolicy>;

/** What a file is named by: a template, or a function of the call and the time of its first sample. */
export type RecordingName = string | ((call: CallInfo, startedAt: Date) => string);

/**
 * Takes a finished file away: to another machine, a bucket, an archive.
 *
 * It is called until it resolves, also by the next process if this one ends before that, so perhaps
 * twice for one file. The signal fires when the phone stops.
 */
export type UploadRecording = (
  recording: FinishedRecording,
  options: { readonly signal: AbortSignal },
) => void | Promise<void>;

/**
 * Who makes a file: `phone` is this process, by the sound of its own leg; `freeswitch` is the one the
 * call comes through, by the sound of the caller's channel, in its own format of stereo WAV, and for as
 * long as our call lasts. Its folder must be one that FreeSWITCH can write to.
 */
export type RecordingMaker = "phone" | "freeswitch";

/** How a phone records. */
export interface RecordingOptions {
  /** Where files go; made when it is not there. */
  readonly folder: string;
  /** Who makes the files. @default "phone" */
  readonly by?: RecordingMaker;
  /** Which calls. @default "always" */
  readonly policy?: RecordingPolicy | DecideRecording;
  /**
   * Names files below the folder, without an ending. `{date}`, `{time}` (UTC), `{from}`, `{to}` and
   * `{id}` (of the session) stand for what they say, in letters that are safe in a path, and `/`
   * begins a folder. A name that is taken gets a number.
   * @default "{date}/{time}-{from}-{id}"
   */
  readonly fileName?: RecordingName;
  /** Takes finished files away. @default they stay where they are */
  readonly upload?: UploadRecording;
  /** Whether a file is removed when it was taken away. @default false */
  readonly removeUploaded?: boolean;
  /**
   * How much sound of a call may wait for the disk, in ms; then the oldest is given up, and is silence.
   * @default 10000
   */
  readonly waitingMs?: number;
  /**
   * How often what was written is made to outlive a crash of the machine, in ms; one of the process it
   * outlives at once. Infinity leaves that to the system. @default 1000
   */
  readonly syncMs?: number;
  /**
   * How long after a start a call that was cut off may come back and go on in the same file, in ms.
   * @default 60000
   */
  readonly resumeWithinMs?: number;
}

/** How one recording is made. */
export interface RecordOptions {
  /** Who makes the file. @default that of the phone */
  readonly by?: RecordingMaker;
  /** What its file is named by. @default that of the phone */
  readonly fileName?: RecordingName;
}
