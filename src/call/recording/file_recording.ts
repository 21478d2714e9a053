/** A recording that we make ourselves: a stereo WAV file that grows while the call lasts. */

import type { Clock } from "../../clock/mod.ts";
import type { MediaSession } from "../../media/mod.ts";
import type { DiskGate } from "./disk_gate.ts";
import type { LeavableRecording, RecordingEnd, RecordingState } from "./recording.ts";
import type { RecordingDisk } from "./recording_disk.ts";
import type { RecordingEvent } from "./recording_event.ts";
import { NOTE, noteText, PART, type RecordingNote } from "./recording_note.ts";
import { type OpenedRecording, RecordingWriter } from "./recording_writer.ts";
import { Silences } from "./silences.ts";
import { StereoSound } from "./stereo_sound.ts";
import { HEADER_BYTES, wavHeader } from "./wav_header.ts";

/** A file that a process has left, and where in it another goes on. */
export interface LeftPlace {
  readonly path: string;
  /** The sample of each channel from which on. */
  readonly start: number;
  readonly note: RecordingNote;
}

/** What a {@link FileRecording} needs. */
export interface FileRecordingOptions {
  readonly clock: Clock;
  readonly disk: RecordingDisk;
  /** Who may write to it, and sync, now. */
  readonly writes: DiskGate;
  readonly syncs: DiskGate;
  /** The sound of the call. */
  readonly media: Pick<MediaSession, "tap" | "line">;
  /** What is noted beside it. */
  readonly note: RecordingNote;
  /** Gives paths for the file, each time another one. */
  readonly nextPath: () => string;
  /** Looks for a file of the call that is there and goes on. */
  readonly findLeft: () => Promise<LeftPlace | undefined>;
  readonly waitingMs: number;
  readonly syncMs: number;
  /** Told what happens to it. */
  readonly onEvent: (event: RecordingEvent) => void;
}

/** Listens to the call from when it is made, and writes what it hears. */
export class FileRecording implements LeavableRecording {
  readonly ended: Promise<RecordingEnd>;
  readonly #options: FileRecordingOptions;
  readonly #sound: StereoSound;
  readonly #writer: RecordingWriter;
  readonly #untap: () => void;
  readonly #silences = new Silences((isSilent) =>
    isSilent ? this.#sound.mask() : this.#sound.unmask()
  );
  #path: string;
  #note: RecordingNote;
  /** Samples that were in the file before. */
  #start = 0;
  #left: Promise<LeftPlace | undefined> | undefined;
  #isLeaving = false;
  #state: Exclude<RecordingState, "paused"> = "recording";
  #resolveEnded: (end: RecordingEnd) => void = () => {};

  /** Begins with what is sent and heard next. */
  constructor(options: FileRecordingOptions) {
    const { media, waitingMs, syncMs, clock, writes, syncs, onEvent } = options;
    this.#options = options;
    this.#path = options.nextPath();
    this.#note = options.note;
    this.ended = new Promise((resolve) => this.#resolveEnded = resolve);
    this.#sound = new StereoSound(media.line, {
      waitingMs,
      onReady: () => this.#writer.ready(),
    });
    this.#writer = new RecordingWriter(this.#sound, {
      clock,
      writes,
      syncs,
      syncMs,
      open: () => this.#open(),
      onTrouble: (error) => onEvent({ type: "trouble", path: this.#path, error }),
      onRecovered: (lost) =>
        onEvent({ type: "recovered", path: this.#path, lostMs: this.#msOf(lost) }),
    });
    this.#untap = media.tap(this.#sound);
  }

  get path(): string {
    return this.#path;
  }

  get state(): RecordingState {
    return this.#state === "recording" && this.#silences.isPaused ? "paused" : this.#state;
  }

  /** What is noted beside it. */
  get note(): RecordingNote {
    return this.#note;
  }

  /** What is in memory, and how often times were set; for tests and figures. */
  get sound(): StereoSound {
    return this.#sound;
  }

  pause(): void {
    this.#silences.pause(true);
  }

  resume(): void {
    this.#silences.pause(false);
  }

  mask(): () => void {
    return this.#silences.mask();
  }

  leave(): void {
    this.#isLeaving = true;
  }

  stop(): Promise<RecordingEnd> {
    if (this.#state === "recording") void this.#finish();
    return this.ended;
  }

  async #finish(): Promise<void> {
    this.#state = "finishing";
    this.#untap();
    this.#sound.finish();
    const { disk, onEvent } = this.#options;
    let failure: { error?: unknown } = {};
    let outcome: RecordingEnd["outcome"] = this.#isLeaving ? "left" : "finished";
    try {
      await this.#writer.finish();
      if (outcome === "finished") await disk.rename(this.#path + PART, this.#path);
    } catch (error) {
      failure = { error };
      outcome = "failed";
    }
    this.#state = outcome;
    const end: RecordingEnd = {
      outcome,
      path: this.#path,
      durationMs: this.#msOf(this.#start + this.#sound.end),
      lostMs: this.#msOf(this.#sound.lost),
      ...failure,
    };
    this.#resolveEnded(end);
    onEvent({ type: "ended", ...end });
  }

  /** Opens the file that was left, or one under a name that no other has. */
  async #open(): Promise<OpenedRecording> {
    const { disk, nextPath, onEvent, findLeft } = this.#options;
    const left = await (this.#left ??= findLeft());
    if (left === undefined) {
      while (await this.#isTaken()) this.#path = nextPath();
      await disk.save(this.#path + NOTE, noteText(this.#note));
    } else [this.#path, this.#note, this.#start] = [left.path, left.note, left.start];
    const file = await disk.open(this.#path + PART, left === undefined);
    try {
      await file.write(wavHeader(this.#sound.sampleRate), 0);
    } catch (error) {
      // Another try must find a name that is free again.
      await file.close();
      if (left === undefined) await disk.remove(this.#path + PART);
      throw error;
    }
    onEvent({ type: "started", path: this.#path, resumed: left !== undefined });
    return { file, start: this.#start };
  }

  async #isTaken(): Promise<boolean> {
    const { disk } = this.#options;
    const found = [PART, ""].map((ending) => disk.find(this.#path + ending));
    return (await Promise.all(found)).some((file) => file !== undefined);
  }

  #msOf(samples: number): number {
    return samples / this.#sound.sampleRate * 1000;
  }
}

/** How many samples of each channel are in a file of so many bytes. */
export function framesIn(bytes: number): number {
  return Math.max(0, Math.floor((bytes - HEADER_BYTES) / 4));
}
