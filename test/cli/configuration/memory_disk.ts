/** Files that are only in memory, for whoever reads a configuration. */
import type { ConfigurationDisk } from "../../../src/cli/mod.ts";

/** What a folder holds. */
export const FOLDER = Symbol("a folder");

/** A disk with these files; those in `open` can be read by everybody. */
export function memoryDisk(
  files: Readonly<Record<string, unknown>>,
  open: readonly string[] = [],
): ConfigurationDisk {
  return {
    read: (path) => {
      if (!(path in files)) throw Object.assign(new Error("no such file"), { code: "ENOENT" });
      const content = files[path];
      return typeof content === "string" ? content : JSON.stringify(content);
    },
    isOpenToAll: (path) => open.includes(path),
    kindOf: (path) => path in files ? files[path] === FOLDER ? "folder" : "file" : undefined,
  };
}
