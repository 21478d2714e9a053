/** The disk of this machine, by what all runtimes have of Node. */

import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { FoundFile, RecordingDisk, RecordingFile } from "./recording_disk.ts";

/** What callers say is for whoever runs the phone. */
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

/** The machine's own disk. */
export const nodeDisk: RecordingDisk = {
  async open(path: string, isNew: boolean): Promise<RecordingFile> {
    if (isNew) await mkdir(dirname(path), { recursive: true, mode: FOLDER_MODE });
    // Not "r+" for a new one, and not "w" for one that is there: neither may be emptied by mistake.
    const file = await open(path, isNew ? "wx" : "r+", FILE_MODE);
    return {
      async write(bytes, position) {
        for (let done = 0; done < bytes.length;) {
          const { bytesWritten } = await file.write(
            bytes,
            done,
            bytes.length - done,
            position + done,
          );
          done += bytesWritten;
        }
      },
      sync: () => file.datasync(),
      close: () => file.close(),
    };
  },

  async find(path: string): Promise<FoundFile | undefined> {
    try {
      const { size, mtimeMs } = await stat(path);
      return { size, writtenAt: mtimeMs };
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  },

  read: (path: string): Promise<string> => readFile(path, "utf8"),

  async save(path: string, text: string): Promise<void> {
    await mkdir(dirname(path), { recursive: true, mode: FOLDER_MODE });
    await writeFile(`${path}.new`, text, { mode: FILE_MODE });
    await rename(`${path}.new`, path);
  },

  rename,

  remove: (path: string): Promise<void> => rm(path, { force: true }),

  async list(folder: string, ending: string): Promise<string[]> {
    try {
      const entries = await readdir(folder, { recursive: true });
      return entries.filter((entry) => entry.endsWith(ending)).map((entry) => join(folder, entry));
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  },
};

function isMissing(error: unknown): boolean {
  return (error as { code?: unknown } | undefined)?.code === "ENOENT";
}
