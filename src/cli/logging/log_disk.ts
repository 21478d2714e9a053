/** What a log needs of a disk. */

import { mkdir, open, rename } from "node:fs/promises";
import { dirname } from "node:path";

/** Who calls is for whoever runs the phone. */
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o640;

/** Where a log is kept. */
export interface LogDisk {
  /** Adds text to the end of the file that has this name now, and resolves with its size in bytes. */
  append(path: string, text: string): Promise<number>;
  /** Gives a file another name, in the place of one that has it; nothing where there is no such file. */
  rename(from: string, to: string): Promise<void>;
}

/** The machine's own disk. */
export const nodeLogDisk: LogDisk = {
  async append(path: string, text: string): Promise<number> {
    await mkdir(dirname(path), { recursive: true, mode: FOLDER_MODE });
    // By its name each time: who rotates the file gives it another name, or takes it away.
    const file = await open(path, "a", FILE_MODE);
    try {
      const bytes = new TextEncoder().encode(text);
      const { bytesWritten } = await file.write(bytes);
      if (bytesWritten < bytes.length) {
        throw new Error(`only ${bytesWritten} of ${bytes.length} bytes could be written`);
      }
      return (await file.stat()).size;
    } finally {
      await file.close();
    }
  },

  async rename(from: string, to: string): Promise<void> {
    try {
      await rename(from, to);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  },
};
