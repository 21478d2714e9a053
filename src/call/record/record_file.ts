/** A file of records, one line of JSON each. */

import type { Clock, Timer } from "../../clock/mod.ts";
import { type Appended, nodeRecordDisk, type RecordDisk } from "./record_disk.ts";

/** How a {@link RecordFile} is written. */
export interface RecordFileOptions {
  /** Where it is. Its folders are made. */
  readonly path: string;
  /** Time. */
  readonly clock: Clock;
  /** Told when records cannot be written, once until they can be again. */
  readonly onError: (error: Error) => void;
  /** Where it is kept. @default the machine's */
  readonly disk?: RecordDisk;
}

/** How long until the disk is tried again, in ms. */
const RETRY_MS = 5000;
/** Records that wait for the disk; the oldest is given up for the next one. */
const MOST_WAITING = 1000;

/**
 * Adds records to the end of a file, whole lines only.
 *
 * The file may be rotated at any time, by renaming it or by emptying it. A disk that is full keeps
 * nobody waiting: records wait in memory and are tried again with the next one, and every 5 s.
 */
export class RecordFile {
  readonly #options: RecordFileOptions;
  readonly #disk: RecordDisk;
  #waiting: readonly string[] = [];
  #writing: Promise<void> | undefined;
  #retry: Timer | undefined;
  #isFailing = false;
  /** Whether the file is known to end with a whole line. */
  #isWhole = false;
  #givenUp = 0;

  /** Nothing is opened yet. */
  constructor(options: RecordFileOptions) {
    this.#options = options;
    this.#disk = options.disk ?? nodeRecordDisk;
  }

  /** Records that were given up as too many waited. */
  get givenUp(): number {
    return this.#givenUp;
  }

  /** Records that wait to be written. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Adds a record; it is what JSON can say. */
  append(record: unknown): void {
    this.#keep([...this.#waiting, JSON.stringify(record) + "\n"]);
    this.#write();
  }

  /** Writes what waits, once more if that fails, and resolves when it is done or has failed. */
  async close(): Promise<void> {
    await this.#writing;
    if (this.#waiting.length > 0) this.#write();
    await this.#writing;
    this.#retry?.cancel();
    this.#retry = undefined;
  }

  #write(): void {
    this.#writing ??= this.#writeAll().finally(() => this.#writing = undefined);
  }

  #keep(lines: readonly string[]): void {
    this.#waiting = lines.slice(-MOST_WAITING);
    this.#givenUp += lines.length - this.#waiting.length;
  }

  async #writeAll(): Promise<void> {
    this.#retry?.cancel();
    this.#retry = undefined;
    while (this.#waiting.length > 0) {
      const lines = this.#waiting;
      this.#waiting = [];
      const { written, error } = await this.#appendTo(this.#options.path, lines);
      this.#isWhole = error === undefined;
      if (error === undefined) {
        this.#isFailing = false;
        continue;
      }
      this.#keep([...lines.slice(written), ...this.#waiting]);
      return this.#fail(error);
    }
  }

  async #appendTo(path: string, lines: readonly string[]): Promise<Appended> {
    try {
      const isTorn = !this.#isWhole && await this.#disk.endsMidLine(path);
      const [first, ...others] = lines;
      return await this.#disk.append(path, [isTorn ? `\n${first}` : first, ...others]);
    } catch (error) {
      return { written: 0, error };
    }
  }

  #fail(cause: unknown): void {
    const { path, clock, onError } = this.#options;
    const why = (cause as Error | undefined)?.message ?? cause;
    const message = `Cannot write the records of calls to ${path}, and ` +
      `${this.#waiting.length} wait: ${why}`;
    if (!this.#isFailing) onError(new Error(message, { cause }));
    this.#isFailing = true;
    this.#retry = clock.setTimer(() => this.#write(), RETRY_MS);
  }
}
