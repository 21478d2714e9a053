/** A disk in memory: it can be full, slow or broken, and what it has can be looked at. */

import type { Clock } from "../../../src/clock/mod.ts";
import { within } from "../../../src/clock/mod.ts";
import type { FoundFile, RecordingDisk, RecordingFile } from "../../../src/call/mod.ts";

interface Stored {
  bytes: Uint8Array;
  size: number;
  writtenAt: number;
}

export class MemoryDisk implements RecordingDisk {
  /** By path. */
  readonly files = new Map<string, Stored>();
  /** What was done, in order, without the blocks that went well. */
  readonly log: string[] = [];
  /** Thrown by every write from now on, if set. */
  failure: Error | undefined;
  /** How long a write takes from now on, in ms. */
  delayMs = 0;
  /** Calls of write and of sync that succeeded. */
  writes = 0;
  syncs = 0;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The bytes of a file. */
  bytes(path: string): Uint8Array {
    const { bytes, size } = this.#at(path);
    return bytes.subarray(0, size);
  }

  open(path: string, isNew: boolean): Promise<RecordingFile> {
    return this.#do(`open ${path}`, () => {
      if (isNew === this.files.has(path)) {
        throw new Error(isNew ? `EEXIST ${path}` : `ENOENT ${path}`);
      }
      if (isNew) this.files.set(path, { bytes: new Uint8Array(1 << 12), size: 0, writtenAt: 0 });
      const file = this.#at(path);
      return {
        write: (bytes, position) => this.#write(file, bytes, position),
        sync: () => this.#do(undefined, () => void this.syncs++),
        close: () => this.#do(`close ${path}`, () => {}),
      };
    });
  }

  find(path: string): Promise<FoundFile | undefined> {
    return Promise.resolve(this.files.get(path));
  }

  read(path: string): Promise<string> {
    return this.#do(undefined, () => new TextDecoder().decode(this.bytes(path)));
  }

  save(path: string, text: string): Promise<void> {
    return this.#do(`save ${path}`, () => {
      this.#fail();
      const bytes = new TextEncoder().encode(text);
      this.files.set(path, { bytes, size: bytes.length, writtenAt: this.#clock.now() });
    });
  }

  rename(from: string, to: string): Promise<void> {
    return this.#do(`rename ${from} ${to}`, () => {
      this.files.set(to, this.#at(from));
      this.files.delete(from);
    });
  }

  remove(path: string): Promise<void> {
    return this.#do(`remove ${path}`, () => void this.files.delete(path));
  }

  list(folder: string, ending: string): Promise<string[]> {
    const paths = [...this.files.keys()];
    return Promise.resolve(paths.filter((p) => p.startsWith(`${folder}/`) && p.endsWith(ending)));
  }

  async #write(file: Stored, bytes: Uint8Array, position: number): Promise<void> {
    const { delayMs } = this;
    if (delayMs > 0) await within(this.#clock, new Promise(() => {}), delayMs);
    await this.#do(undefined, () => {
      this.#fail();
      const end = position + bytes.length;
      if (end > file.bytes.length) {
        const more = new Uint8Array(2 * end);
        more.set(file.bytes);
        file.bytes = more;
      }
      file.bytes.set(bytes, position);
      file.size = Math.max(file.size, end);
      file.writtenAt = this.#clock.now();
      this.writes++;
    });
  }

  #fail(): void {
    if (this.failure !== undefined) throw this.failure;
  }

  #at(path: string): Stored {
    const file = this.files.get(path);
    if (file === undefined) throw new Error(`ENOENT ${path}`);
    return file;
  }

  /** A disk never answers at once. */
  async #do<T>(what: string | undefined, task: () => T): Promise<T> {
    await Promise.resolve();
    if (what !== undefined) this.log.push(what);
    return task();
  }
}
