/** What is known of a recording beside its sound, in a small file next to it until nobody needs it. */

import type { CallInfo } from "../../backend/mod.ts";

/** The ending of a recording. */
export const WAV = ".wav";
/** What follows that while it is being written. */
export const PART = ".part";
/** What follows that in the name of its note. */
export const NOTE = ".note";

/** What is noted when a recording begins. */
export interface RecordingNote {
  /** The call. */
  readonly sessionId: string;
  /** Who called. */
  readonly from: CallInfo["from"];
  /** Who was called. */
  readonly to: CallInfo["to"];
  /** When its first sample was, in ms since 1970. */
  readonly startedAt: number;
  /** Hz. */
  readonly sampleRate: number;
}

/** A file that is whole. */
export interface FinishedRecording extends RecordingNote {
  /** Where it is. */
  readonly path: string;
  /** Its length in ms. */
  readonly durationMs: number;
}

/** The text of a note. */
export function noteText(note: RecordingNote): string {
  return `${JSON.stringify(note)}\n`;
}

/** The note in a text; undefined if it is none: a disk that was full, or another program's file. */
export function noteFrom(text: string): RecordingNote | undefined {
  try {
    const note = JSON.parse(text) as Partial<RecordingNote>;
    const isNote = typeof note.sessionId === "string" && typeof note.startedAt === "number" &&
      Number.isInteger(note.sampleRate) && note.sampleRate! > 0 &&
      typeof note.from?.user === "string" && typeof note.to?.user === "string";
    return isNote ? note as RecordingNote : undefined;
  } catch {
    return undefined;
  }
}
