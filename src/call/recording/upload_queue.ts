/** The way of finished files to where they are kept. */

import { type Clock, fraction, type Random, type Timer, within } from "../../clock/mod.ts";
import { DiskGate } from "./disk_gate.ts";
import type { RecordingDisk } from "./recording_disk.ts";
import type { RecordingEvent } from "./recording_event.ts";
import { type FinishedRecording, NOTE } from "./recording_note.ts";
import type { UploadRecording } from "./recording_options.ts";

/** Files that are taken away at once. */
const WIDTH = 2;
/** The first wait after a failure, and the longest, in ms; each is twice the one before. */
const FIRST_RETRY_MS = 1000;
const LAST_RETRY_MS = 300_000;
/** How long those under way may go on when the phone stops, in ms. */
const GRACE_MS = 5000;

/** What an {@link UploadQueue} needs. */
export interface UploadQueueOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly disk: RecordingDisk;
  /** The user's. */
  readonly upload: UploadRecording;
  /** Whether a file that was taken away is removed. */
  readonly removeUploaded: boolean;
  /** Told what becomes of them. */
  readonly onEvent: (event: RecordingEvent) => void;
}

/**
 * Asks for each file to be taken away until that has worked; only then its note is removed, by which
 * the next process would know of it.
 */
export class UploadQueue {
  readonly #options: UploadQueueOptions;
  readonly #gate = new DiskGate(WIDTH);
  readonly #stopped = new AbortController();
  readonly #timers = new Set<Timer>();
  readonly #running = new Set<Promise<void>>();
  #isStopping = false;

  /** Begins with no file. */
  constructor(options: UploadQueueOptions) {
    this.#options = options;
  }

  /** Takes a file, whose note is there. */
  add(recording: FinishedRecording): void {
    this.#try(recording, 1);
  }

  /** Begins no more, and gives those under way a few seconds. Resolves when none is. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
    await within(this.#options.clock, Promise.all(this.#running), GRACE_MS);
    this.#stopped.abort(new DOMException("The phone stops", "AbortError"));
    await Promise.all(this.#running);
  }

  #try(recording: FinishedRecording, attempts: number): void {
    const attempt = this.#gate.run(() => this.#upload(recording, attempts))
      .finally(() => this.#running.delete(attempt));
    this.#running.add(attempt);
  }

  async #upload(recording: FinishedRecording, attempts: number): Promise<void> {
    const { upload, disk, removeUploaded, onEvent } = this.#options;
    const { signal } = this.#stopped;
    if (signal.aborted) return;
    try {
      await upload(recording, { signal });
      if (removeUploaded) await disk.remove(recording.path);
      await disk.remove(recording.path + NOTE);
      onEvent({ type: "uploaded", recording });
    } catch (error) {
      if (this.#isStopping) return;
      const retryMs = this.#retryMs(attempts);
      onEvent({ type: "upload-failed", recording, error, attempts, retryMs });
      this.#later(() => this.#try(recording, attempts + 1), retryMs);
    }
  }

  /** Half of it by chance: what failed together, as a server was down, must not come back together. */
  #retryMs(attempts: number): number {
    const most = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** (attempts - 1));
    return most / 2 * (1 + fraction(this.#options.random));
  }

  #later(action: () => void, delayMs: number): void {
    const timer = this.#options.clock.setTimer(() => {
      this.#timers.delete(timer);
      action();
    }, delayMs);
    this.#timers.add(timer);
  }
}
