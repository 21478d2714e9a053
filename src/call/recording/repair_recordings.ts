/** What a process left when it ended in the midst of recordings. */

import { type Clock, sleep } from "../../clock/mod.ts";
import { framesIn } from "./file_recording.ts";
import { nodeDisk } from "./node_disk.ts";
import type { RecordingDisk } from "./recording_disk.ts";
import {
  type FinishedRecording,
  NOTE,
  noteFrom,
  PART,
  type RecordingNote,
  WAV,
} from "./recording_note.ts";
import { wavHeader } from "./wav_header.ts";

/** A recording that is not finished, or whose note is still there. */
export interface LeftRecording {
  /** Where the finished file is, or will be. */
  readonly path: string;
  /** What was noted of it. */
  readonly note: RecordingNote;
  /** Bytes of the unfinished file; undefined when the file is finished. */
  readonly size: number | undefined;
}

/** How {@link repairRecordings} looks. */
export interface RepairOptions {
  /** Time: a file that grows while one waits is another process's. */
  readonly clock: Clock;
  /** How long one waits, in ms. @default 2500 */
  readonly watchMs?: number;
  /** Where the files are. @default the machine's disk */
  readonly disk?: RecordingDisk;
}

/**
 * Makes whole files of the recordings in `folder` that a process left when it ended, and resolves with
 * them. Those that still grow are left alone.
 *
 * A phone does this by itself when it starts; this is for a folder whose phone is no more.
 */
export async function repairRecordings(
  folder: string,
  options: RepairOptions,
): Promise<FinishedRecording[]> {
  const { clock, watchMs = 2500, disk = nodeDisk } = options;
  const left = (await leftRecordings(disk, folder)).filter(({ size }) => size !== undefined);
  if (left.length === 0) return [];
  await sleep(clock, watchMs);
  const repaired: FinishedRecording[] = [];
  for (const one of left) {
    const recording = await repairRecording(disk, one);
    if (recording === undefined) continue;
    repaired.push(recording);
    await disk.remove(recording.path + NOTE);
  }
  return repaired;
}

/** How {@link leftRecordings} looks. */
export interface LeftRecordingsOptions {
  /**
   * Removes the notes of which there is no file, or that are none. Not while anything may be
   * recorded into the folder: a note is there before its file.
   * @default false
   */
  readonly tidy?: boolean;
}

/** What there is in a folder that is not finished, or was not taken away. */
export async function leftRecordings(
  disk: RecordingDisk,
  folder: string,
  options: LeftRecordingsOptions = {},
): Promise<LeftRecording[]> {
  const left: LeftRecording[] = [];
  for (const notePath of await disk.list(folder, WAV + NOTE)) {
    const path = notePath.slice(0, -NOTE.length);
    const [part, whole] = await Promise.all([disk.find(path + PART), disk.find(path)]);
    const note = noteFrom(await disk.read(notePath).catch(() => ""));
    if (note !== undefined && (part ?? whole) !== undefined) {
      left.push({ path, note, size: part?.size });
    } else if (options.tidy && part === undefined) await disk.remove(notePath);
  }
  return left;
}

/**
 * Makes a whole file of one that was left; undefined when it grows, is gone, or has no sound in it. Its
 * note stays, except in the last case.
 */
export async function repairRecording(
  disk: RecordingDisk,
  { path, note, size }: LeftRecording,
): Promise<FinishedRecording | undefined> {
  const part = path + PART;
  const found = await disk.find(part);
  if (found === undefined || found.size !== size) return undefined;
  const frames = framesIn(found.size);
  if (frames === 0) {
    await Promise.all([disk.remove(part), disk.remove(path + NOTE)]);
    return undefined;
  }
  const file = await disk.open(part, false);
  try {
    await file.write(wavHeader(note.sampleRate, frames), 0);
    await file.sync();
  } finally {
    await file.close();
  }
  await disk.rename(part, path);
  return { ...note, path, durationMs: frames / note.sampleRate * 1000 };
}
