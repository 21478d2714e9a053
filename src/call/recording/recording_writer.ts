/** From memory to the disk, at the disk's own pace. */

import { type Clock, sleep } from "../../clock/mod.ts";
import type { DiskGate } from "./disk_gate.ts";
import type { RecordingFile } from "./recording_disk.ts";
import type { StereoPiece } from "./stereo_blocks.ts";
import type { StereoSound } from "./stereo_sound.ts";
import { FRAME_BYTES, HEADER_BYTES, wavHeader } from "./wav_header.ts";

/** How long after a failure the disk is tried again, in ms. */
const RETRY_MS = 1000;
/** How often a disk that fails is tried at the end, when nothing more will be recorded. */
const LAST_TRIES = 5;
/** Blocks that are written at once, where the disk is behind. */
const BATCH = 16;

/** A file that is there to be written to. */
export interface OpenedRecording {
  /** The file. */
  readonly file: RecordingFile;
  /** Samples of each channel that are in it before what is written now. */
  readonly start: number;
}

/** What a {@link RecordingWriter} needs. */
export interface RecordingWriterOptions {
  readonly clock: Clock;
  /** Opens the file, and says which sample of it is the first of the sound; asked again after it failed. */
  readonly open: () => Promise<OpenedRecording>;
  /** Who may write now. */
  readonly writes: DiskGate;
  /** Who may sync now. */
  readonly syncs: DiskGate;
  /** How often what was written is synced, in ms. */
  readonly syncMs: number;
  /** Told once when the disk does not take what there is. */
  readonly onTrouble: (error: unknown) => void;
  /** Told when it takes it again, with how much was given up meanwhile, in samples. */
  readonly onRecovered: (lost: number) => void;
}

/**
 * Writes a {@link StereoSound} to a file while it grows: one write at a time, of all that is there by
 * then, and nobody waits for it.
 *
 * A disk that fails is tried again every second. What memory cannot hold meanwhile is given up there,
 * and is silence in the file.
 */
export class RecordingWriter {
  readonly #sound: StereoSound;
  readonly #options: RecordingWriterOptions;
  #opened: OpenedRecording | undefined;
  #running: Promise<void> | undefined;
  #syncing: Promise<void> | undefined;
  #syncedAt: number;
  #isUnsynced = false;
  #isFinishing = false;
  #failures = 0;
  /** What was given up before the trouble there is began. */
  #lostBefore = 0;
  #isInTrouble = false;

  /** Opens the file. */
  constructor(sound: StereoSound, options: RecordingWriterOptions) {
    this.#sound = sound;
    this.#options = options;
    this.#syncedAt = options.clock.now();
    this.ready();
  }

  /** There is something to write. */
  ready(): void {
    if (this.#sound.lost > this.#lostBefore && !this.#isInTrouble) {
      this.#trouble(new Error("The disk is slower than the sound"));
    }
    this.#running ??= this.#run().finally(() => this.#running = undefined);
  }

  /**
   * Writes the rest of a sound that is finished, and the file's length, and closes it.
   *
   * Rejects when the disk does not take that; the file is closed all the same.
   */
  async finish(): Promise<void> {
    this.#isFinishing = true;
    this.#failures = 0;
    await this.#running;
    try {
      await this.#run();
      const { file, start } = this.#opened ??= await this.#options.open();
      const { writes, syncs } = this.#options;
      const header = wavHeader(this.#sound.sampleRate, start + this.#sound.end);
      await writes.run(() => file.write(header, 0));
      await syncs.run(() => file.sync());
    } finally {
      await this.#syncing;
      await this.#opened?.file.close().catch(() => {});
    }
  }

  async #run(): Promise<void> {
    while (!this.#isGivenUp) {
      try {
        this.#opened ??= await this.#options.open();
        if (!await this.#writeNext(this.#opened)) return;
      } catch (error) {
        this.#failures++;
        this.#trouble(error);
        await this.#wait();
      }
    }
    this.#sound.giveUp();
  }

  get #isGivenUp(): boolean {
    return this.#isFinishing && this.#failures >= LAST_TRIES;
  }

  /** Writes what is next; false when there is nothing. */
  async #writeNext({ file, start }: OpenedRecording): Promise<boolean> {
    const pieces = this.#takePieces();
    if (pieces.length === 0) {
      this.#sync(file);
      return false;
    }
    const [{ position }] = pieces;
    const at = HEADER_BYTES + (start + position) * FRAME_BYTES;
    try {
      await this.#options.writes.run(() => file.write(bytesOf(pieces), at));
    } catch (error) {
      for (const piece of pieces) this.#sound.giveBack(piece);
      throw error;
    }
    this.#isUnsynced = true;
    this.#recover();
    return true;
  }

  /** The oldest piece that waits, with those that follow it without a gap. */
  #takePieces(): StereoPiece[] {
    const pieces: StereoPiece[] = [];
    let end: number | undefined;
    while (pieces.length < BATCH) {
      const piece = this.#sound.take();
      if (piece === undefined) break;
      if (end !== undefined && piece.position !== end) {
        this.#sound.giveBack(piece);
        break;
      }
      end = piece.position + piece.samples.length / 2;
      pieces.push(piece);
    }
    return pieces;
  }

  /** Syncs beside the writing, which need not wait for it. */
  #sync(file: RecordingFile): void {
    const { clock, syncMs, syncs } = this.#options;
    if (!this.#isUnsynced || this.#syncing || clock.now() - this.#syncedAt < syncMs) return;
    this.#isUnsynced = false;
    this.#syncedAt = clock.now();
    this.#syncing = syncs.run(() => file.sync())
      .catch((error) => this.#trouble(error))
      .finally(() => this.#syncing = undefined);
  }

  #trouble(error: unknown): void {
    if (this.#isInTrouble) return;
    this.#isInTrouble = true;
    this.#options.onTrouble(error);
  }

  #recover(): void {
    if (!this.#isInTrouble || this.#sound.isReady) return;
    this.#isInTrouble = false;
    this.#failures = 0;
    const lost = this.#sound.lost - this.#lostBefore;
    this.#lostBefore = this.#sound.lost;
    this.#options.onRecovered(lost);
  }

  #wait(): Promise<void> {
    return sleep(this.#options.clock, RETRY_MS);
  }
}

/** The samples of WAV are little-endian, as is every machine that Bun and Deno run on. */
function bytesOf(pieces: readonly StereoPiece[]): Uint8Array {
  const parts = pieces.map(({ samples }) =>
    new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength)
  );
  if (parts.length === 1) return parts[0];
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
