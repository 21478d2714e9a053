/** A recording, as who asked for it sees it. */

/** How far a recording has come. */
export type RecordingState = "recording" | "paused" | "finishing" | RecordingEnd["outcome"];

/** What became of a recording. */
export interface RecordingEnd {
  /**
   * `finished` is a whole file under its name; `failed` is what the disk took of it, under a temporary
   * name: the next start of a phone, or `repairRecordings`, makes a file of that. `left` is one that
   * another process goes on with.
   */
  readonly outcome: "finished" | "failed" | "left";
  /** Its path. */
  readonly path: string;
  /** Its length, pauses included, in ms. */
  readonly durationMs: number;
  /** How much of it is silence as the disk was too slow or full, in ms. */
  readonly lostMs: number;
  /** What failed, if it failed. */
  readonly error?: unknown;
}

/**
 * A recording of one call: the caller on the left, the agent on the right, from when it was asked for
 * until it is stopped or the call ends.
 *
 * What is not kept, in a pause or behind a mask, is silence of the same length, so that each moment of
 * the call stays where it was.
 */
export interface Recording {
  /**
   * Where the file is, or will be when it is finished. It is another than at first if that was taken, or
   * if an earlier file of the call was found.
   */
  readonly path: string;
  /** How far it has come. */
  readonly state: RecordingState;
  /** Resolves, and never rejects, when the file is finished or has failed. */
  readonly ended: Promise<RecordingEnd>;
  /** Keeps nothing until {@link resume}. */
  pause(): void;
  /** Keeps both sides again; unless a mask is still held. */
  resume(): void;
  /** Keeps nothing until the returned function is called: for digits that nobody may hear later. */
  mask(): () => void;
  /** Ends it, before the call does. Resolves as {@link ended} does. */
  stop(): Promise<RecordingEnd>;
}

/** One whose process may end before the call. */
export interface LeavableRecording extends Recording {
  /** Has {@link stop} leave it as it is, for another process to go on with. */
  leave(): void;
}
