/** The files of other processes: of one that was killed, and of one that hands its calls over. */

import { type Clock, sleep } from "../../clock/mod.ts";
import { framesIn, type LeftPlace } from "./file_recording.ts";
import type { RecordingDisk } from "./recording_disk.ts";
import type { FinishedRecording, RecordingNote } from "./recording_note.ts";
import { type LeftRecording, leftRecordings, repairRecording } from "./repair_recordings.ts";

/** How often a file that may still grow is looked at, and after how long, in ms: longer than a block. */
const LOOKS = 6;
const LOOK_MS = 700;

/** What a {@link LeftBehind} needs. */
export interface LeftBehindOptions {
  readonly clock: Clock;
  readonly disk: RecordingDisk;
  readonly folder: string;
}

/** Knows which files were left in a folder, and gives each to whoever goes on with it. */
export class LeftBehind {
  readonly #options: LeftBehindOptions;
  /** By their sessions. */
  readonly #left = new Map<string, LeftRecording>();

  /** Knows of none yet. */
  constructor(options: LeftBehindOptions) {
    this.#options = options;
  }

  /** Whether all of them are whole, or taken. */
  get isEmpty(): boolean {
    return this.#left.size === 0;
  }

  /** Looks at the folder; gives those that are whole, and have only not been taken away. */
  async find(): Promise<FinishedRecording[]> {
    const { disk, folder } = this.#options;
    const whole: FinishedRecording[] = [];
    for (const left of await leftRecordings(disk, folder, { tidy: true })) {
      const { path, note, size } = left;
      if (size !== undefined) this.#left.set(note.sessionId, left);
      else {
        const frames = framesIn((await disk.find(path))?.size ?? 0);
        whole.push({ ...note, path, durationMs: frames / note.sampleRate * 1000 });
      }
    }
    return whole;
  }

  /** What was left of a call that comes back, which nobody else gets then. */
  take(note: RecordingNote): LeftPlace | undefined {
    const left = this.#left.get(note.sessionId);
    const place = left && placeIn(left, note);
    if (place !== undefined) this.#left.delete(note.sessionId);
    return place;
  }

  /**
   * What another process leaves of a call that it hands over, as soon as it writes no more to it.
   *
   * @param isOurs whether this process writes to a path
   */
  async lookFor(
    note: RecordingNote,
    isOurs: (path: string) => boolean,
  ): Promise<LeftPlace | undefined> {
    const { folder, clock, disk } = this.#options;
    let before: number | undefined;
    for (let looks = 0; looks < LOOKS; looks++) {
      const found = (await leftRecordings(disk, folder)).find(({ note: { sessionId }, ...left }) =>
        sessionId === note.sessionId && left.size !== undefined && !isOurs(left.path)
      );
      if (found === undefined) return undefined;
      if (found.size === before) return placeIn(found, note);
      before = found.size;
      await sleep(clock, LOOK_MS);
    }
    return undefined;
  }

  /** Makes whole files of those that nobody has taken, one after another. */
  async *repair(): AsyncGenerator<FinishedRecording> {
    for (const [sessionId, left] of this.#left) {
      // Whose call comes back only now is too late for it.
      this.#left.delete(sessionId);
      const recording = await repairRecording(this.#options.disk, left);
      if (recording !== undefined) yield recording;
    }
  }
}

/** Where a file goes on: as much later as time has passed. Another codec has other samples, and a new file. */
function placeIn(
  { path, note, size = 0 }: LeftRecording,
  now: RecordingNote,
): LeftPlace | undefined {
  if (note.sampleRate !== now.sampleRate) return undefined;
  const passed = Math.round((now.startedAt - note.startedAt) / 1000 * note.sampleRate);
  return { path, note, start: Math.max(passed, framesIn(size)) };
}
