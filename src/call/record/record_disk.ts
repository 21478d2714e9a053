/** What records need of a disk. */

import { type FileHandle, mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";

/** Who has called whom is for whoever runs the phone. */
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

/** What became of texts that were to be added. */
export interface Appended {
  /** How many are there as a whole. */
  readonly written: number;
  /** Why the others are not. */
  readonly error?: unknown;
}

/** Where records are kept: a disk or, in a test, what stands for a full or broken one. */
export interface RecordDisk {
  /**
   * Adds texts to the end of the file that has this name now; it is made if there is none. Each is
   * written in one piece, so that what other processes write does not get into it.
   *
   * @returns how many of them are there as a whole, and what kept the next one out
   */
  append(path: string, texts: readonly string[]): Promise<Appended>;
  /** Whether the file ends in the middle of a line, as after a crash or on a disk that was full. */
  endsMidLine(path: string): Promise<boolean>;
}

/** The machine's own disk, by what all runtimes have of Node. */
export const nodeRecordDisk: RecordDisk = {
  async append(path: string, texts: readonly string[]): Promise<Appended> {
    let written = 0;
    let file;
    try {
      // By its name each time: who rotates the file gives it another name, or takes it away.
      file = await openToAppend(path);
      for (const text of texts) {
        const bytes = new TextEncoder().encode(text);
        const { bytesWritten } = await file.write(bytes);
        if (bytesWritten < bytes.length) {
          throw new Error(`Only ${bytesWritten} of ${bytes.length} bytes could be written`);
        }
        written++;
      }
      return { written };
    } catch (error) {
      return { written, error };
    } finally {
      await file?.close();
    }
  },

  async endsMidLine(path: string): Promise<boolean> {
    let file;
    try {
      file = await open(path, "r");
      const { size } = await file.stat();
      if (size === 0) return false;
      const last = new Uint8Array(1);
      await file.read(last, 0, 1, size - 1);
      return last[0] !== 0x0a;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    } finally {
      await file?.close();
    }
  },
};

async function openToAppend(path: string): Promise<FileHandle> {
  try {
    return await open(path, "a", FILE_MODE);
  } catch (error) {
    if (!isMissing(error)) throw error;
    await mkdir(dirname(path), { recursive: true, mode: FOLDER_MODE });
    return await open(path, "a", FILE_MODE);
  }
}

function isMissing(error: unknown): boolean {
  return (error as { code?: unknown } | undefined)?.code === "ENOENT";
}
