/**
 * Writes docs/OPTIONS.md anew, after the table of options has changed.
 *
 * Run as a program: `bun run docs:options` or `deno task docs:options`.
 *
 * @module
 */

import { writeFile } from "node:fs/promises";
import { optionsDocument } from "./options_document.ts";

if (import.meta.main) {
  await writeFile(new URL("../../../docs/OPTIONS.md", import.meta.url), optionsDocument());
}
