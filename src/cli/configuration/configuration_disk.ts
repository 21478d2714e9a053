/** The files that a configuration is read from. */

import { readFileSync, statSync } from "node:fs";

/** What is asked of them; each may throw an error that has a `code`. */
export interface ConfigurationDisk {
  /** The text of a file. */
  read(path: string): string;
  /** Whether everybody on this machine can read it. */
  isOpenToAll(path: string): boolean;
  /** What there is; undefined for nothing, or nothing that can be seen. */
  kindOf(path: string): "file" | "folder" | undefined;
}

/** The files of this machine. */
export const machineDisk: ConfigurationDisk = {
  read: (path) => readFileSync(path, "utf8"),
  isOpenToAll: (path) => (statSync(path).mode & 0o004) !== 0,
  kindOf: (path) => {
    try {
      return statSync(path).isDirectory() ? "folder" : "file";
    } catch {
      return undefined;
    }
  },
};

/** Why a file could not be read, in a word. */
export function whyUnread(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
}
