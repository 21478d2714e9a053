/** From memory to the disk, at the disk's own pace. */

import type { Clock } from "../../clock/mod.ts";
import type { DiskGate } from "./disk_gate.ts";
import type { RecordingFile } from "./recording_disk.ts";
import type { StereoSound } from "./stereo_sound.ts";
import { FRAME_BYTES, HEADER_BYTES, wavHeader } from "./wav_header.ts";

/** How long after a failure the disk is tried again, in ms. */
const RETRY_MS = 1000;
/** How often a disk that fails is tried at the end, when nothing more will be recorded. */
const LAST_TRIES = 5;

/** What a {@link RecordingWriter} needs. */
export interface RecordingWriterOptions {
  readonly clock: Clock;
  /** Opens the file; asked again after it failed. */
  readonly open: () => Promise<RecordingFile>;
  /** Who may sync. */
  readonly gate: DiskGate;
  /** How often what was written is synced, in ms. */
  readonly syncMs: number;
  /** Told once when the disk does not take what there is. */
  readonly onTrouble: (error: unknown) => void;
  /** Told when it takes it again, with how much was given up meanwhile, in samples. */
  readonly onRecovered: (lost: number) => void;
}

/**
 * Writes a {@link StereoSound} to a file while it grows: one write at a time, nobody waits for it.
 *
 * A disk that fails is tried again every second. What memory cannot hold meanwhile is given up there,
 * and is silence in the file.
 */
export class RecordingWriter {
  readonly #sound: StereoSound;
  readonly #options: RecordingWriterOptions;
  #file: RecordingFile | undefined;
  #running: Promise<void> | undefined;
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
      this.#file ??= await this.#options.open();
      await this.#file.write(wavHeader(this.#sound.sampleRate, this.#sound.end), 0);
      await this.#options.gate.run(() => this.#file!.sync());
    } finally {
      await this.#file?.close().catch(() => {});
    }
  }

  async #run(): Promise<void> {
    while (!this.#isGivenUp) {
      try {
        this.#file ??= await this.#options.open();
        if (!await this.#writeNext(this.#file)) return;
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

  /** Writes one block or syncs; false when there is nothing to do. */
  async #writeNext(file: RecordingFile): Promise<boolean> {
    const piece = this.#sound.take();
    if (piece === undefined) {
      await this.#sync(file);
      return this.#sound.isReady;
    }
    const { position, samples } = piece;
    // The samples of WAV are little-endian, as is every machine that Bun and Deno run on.
    const bytes = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
    try {
      await file.write(bytes, HEADER_BYTES + position * FRAME_BYTES);
    } catch (error) {
      this.#sound.giveBack(piece);
      throw error;
    }
    this.#isUnsynced = true;
    this.#recover();
    return true;
  }

  async #sync(file: RecordingFile): Promise<void> {
    const { clock, syncMs, gate } = this.#options;
    if (!this.#isUnsynced || clock.now() - this.#syncedAt < syncMs) return;
    this.#isUnsynced = false;
    await gate.run(() => file.sync());
    this.#syncedAt = clock.now();
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
    return new Promise((resolve) => void this.#options.clock.setTimer(resolve, RETRY_MS));
  }
}
