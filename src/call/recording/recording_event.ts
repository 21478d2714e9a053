/** What happens to recordings. */

import type { FinishedRecording } from "./recording_note.ts";
import type { RecordingEnd } from "./recording.ts";

/** Something that happened to a recording. The call goes on whatever it is. */
export type RecordingEvent =
  /** It began; `resumed` if it goes on with the file of a process that is no more. */
  | { readonly type: "started"; readonly path: string; readonly resumed: boolean }
  /** The disk does not take it. What does not fit into memory until it does will be silence. */
  | { readonly type: "trouble"; readonly path: string; readonly error: unknown }
  /** The disk takes it again; so much of it is silence, in ms. */
  | { readonly type: "recovered"; readonly path: string; readonly lostMs: number }
  /** It ended. */
  | { readonly type: "ended" } & RecordingEnd
  /** A file that a process left when it ended is whole now. */
  | { readonly type: "repaired"; readonly recording: FinishedRecording }
  /** It was taken away. */
  | { readonly type: "uploaded"; readonly recording: FinishedRecording }
  /** It could not be taken away yet; it will be tried again in `retryMs`. */
  | {
    readonly type: "upload-failed";
    readonly recording: FinishedRecording;
    readonly error: unknown;
    readonly attempts: number;
    readonly retryMs: number;
  };
