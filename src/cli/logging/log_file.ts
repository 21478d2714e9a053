/** A log in a file, which keeps nobody waiting. */

import type { Clock, Timer } from "../../clock/mod.ts";
import { type LogDisk, nodeLogDisk } from "./log_disk.ts";

/** How a {@link LogFile} is written. */
export interface LogFileOptions {
  /** Where it is. Its folders are made. */
  readonly path: string;
  /** Time. */
  readonly clock: Clock;
  /** The size at which a new file is begun, in bytes. @default it grows */
  readonly rotateBytes?: number;
  /** How many old files are kept: `phone.log.1` is the last one. @default 5 */
  readonly rotateFiles?: number;
  /** The line that stands for lines that were lost. @default there is none */
  readonly lossLine?: (lines: number) => string;
  /** Told when it cannot be written, once until it can be again. */
  readonly onError: (error: Error) => void;
  /** Where it is kept. @default the machine's */
  readonly disk?: LogDisk;
}

/** How long until the disk is tried again, in ms. */
const RETRY_MS = 5000;
/** Characters that wait for the disk; then the oldest lines are given up. */
const MOST_WAITING = 4_000_000;

/**
 * Adds lines to the end of a file, in the background: a disk that is slow or full costs lines and never
 * a call. How many is told in the file when it takes them again.
 *
 * The file is opened by its name for each batch of lines. So it may be renamed or taken away at any time,
 * as logrotate does. The sinks of `@logtape/file` (2.3.10) hold it open and write and sync it on the event loop,
 * and after a rotation that failed they write to the number of a file that is closed, which may have
 * become that of a recording.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { VirtualClock } from "@sofia/phone/clock";
 * import { LogFile } from "./log_file.ts";
 *
 * let text = "";
 * const disk = {
 *   append: (_: string, more: string) => Promise.resolve((text += more).length),
 *   rename: () => Promise.resolve(),
 * };
 * const clock = new VirtualClock();
 * const file = new LogFile({ path: "phone.log", clock, onError: assert.fail, disk });
 * file.write("ready\n");
 * await file.flush();
 * assert.equal(text, "ready\n");
 * ```
 */
export class LogFile {
  readonly #options: LogFileOptions;
  readonly #disk: LogDisk;
  #waiting: string[] = [];
  #waitingLength = 0;
  #lost = 0;
  #writing: Promise<void> | undefined;
  #retry: Timer | undefined;
  #isFailing = false;
  #size = 0;

  /** Nothing is opened yet. */
  constructor(options: LogFileOptions) {
    this.#options = options;
    this.#disk = options.disk ?? nodeLogDisk;
  }

  /** Adds a line, which ends with `\n`. */
  write(line: string): void {
    this.#waiting.push(line);
    this.#waitingLength += line.length;
    while (this.#waitingLength > MOST_WAITING && this.#waiting.length > 1) {
      this.#waitingLength -= this.#waiting.shift()!.length;
      this.#lost++;
    }
    // A disk that has failed is asked again after a while, and not for each line.
    if (this.#retry === undefined) this.#start();
  }

  /** Writes what waits now, and resolves when that is done or has failed. */
  async flush(): Promise<void> {
    await this.#writing;
    if (this.#waiting.length > 0) this.#start();
    await this.#writing;
    this.#retry?.cancel();
    this.#retry = undefined;
  }

  #start(): void {
    this.#writing ??= this.#writeAll().finally(() => this.#writing = undefined);
  }

  async #writeAll(): Promise<void> {
    this.#retry?.cancel();
    this.#retry = undefined;
    // What is logged in the same moment goes in one piece.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const lines = this.#waiting;
      const lost = this.#lost;
      this.#waiting = [];
      this.#waitingLength = 0;
      this.#lost = 0;
      try {
        const loss = lost === 0 ? "" : this.#options.lossLine?.(lost) ?? "";
        await this.#append(loss + lines.join(""));
        this.#isFailing = false;
      } catch (error) {
        this.#lost += lost;
        this.#waiting = [...lines, ...this.#waiting];
        this.#waitingLength = this.#waiting.reduce((sum, { length }) => sum + length, 0);
        return this.#fail(error);
      }
    }
  }

  async #append(text: string): Promise<void> {
    const { path, rotateBytes = Infinity, rotateFiles = 5 } = this.#options;
    if (this.#size > 0 && this.#size + text.length > rotateBytes) {
      for (let number = rotateFiles - 1; number > 0; number--) {
        await this.#disk.rename(`${path}.${number}`, `${path}.${number + 1}`);
      }
      await this.#disk.rename(path, `${path}.1`);
      this.#size = 0;
    }
    this.#size = await this.#disk.append(path, text);
  }

  #fail(cause: unknown): void {
    const { path, clock, onError } = this.#options;
    this.#retry = clock.setTimer(() => this.#start(), RETRY_MS);
    if (this.#isFailing) return;
    this.#isFailing = true;
    const why = cause instanceof Error ? cause.message : cause;
    onError(
      new Error(`Cannot write the log to ${path}, and calls go on without: ${why}`, { cause }),
    );
  }
}
