/** The project's own files, for tests that read them. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { SourceFile } from "./architecture.ts";

/** The project's folder, with a `/` at its end. */
export const ROOT: string = fileURLToPath(new URL("../../", import.meta.url));

/** The text of a file, by its path from the root. */
export function textOf(path: string): string {
  return readFileSync(ROOT + path, "utf8");
}

/** Every TypeScript file below a folder, in order of their paths. */
export function sourcesBelow(folder: string): SourceFile[] {
  return readdirSync(ROOT + folder, { withFileTypes: true })
    .sort((one, other) => one.name < other.name ? -1 : 1)
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) return sourcesBelow(path);
      return path.endsWith(".ts") ? [{ path, text: textOf(path) }] : [];
    });
}

/** A JSON file of the project; lines of comment and trailing commas are allowed, as in deno.json. */
export function jsonOf(path: string): unknown {
  const text = textOf(path).replace(/^\s*\/\/.*$/gm, "").replace(/,(\s*[}\]])/g, "$1");
  return JSON.parse(text);
}
