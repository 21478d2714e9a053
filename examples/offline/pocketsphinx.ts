/**
 * Ears that need no network: PocketSphinx, of Carnegie Mellon University, with a grammar.
 *
 * `apt install pocketsphinx pocketsphinx-en-us`. Over a telephone it does not understand just anything;
 * told what may be said, it does well.
 */

import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/** Samples per second that callers are heard at. */
export const HEARING_RATE = 8000;
/** It tells words from silence, and needs some of that before and after: half a second of each. */
const SILENCE = HEARING_RATE / 2;
const run = promisify(execFile);
let isMissing = false;

/**
 * The words in `audio`, of {@link HEARING_RATE}, as far as the grammar knows them: JSGF with words of
 * the CMU dictionary. Empty when it understands nothing, and where it is not installed.
 */
export async function recognize(
  audio: Int16Array,
  grammar: string,
  signal: AbortSignal,
): Promise<string> {
  if (isMissing) return "";
  const folder = await mkdtemp(join(tmpdir(), "pocketsphinx-"));
  try {
    await writeFile(join(folder, "turn.raw"), new Uint8Array(widen(audio).buffer));
    await writeFile(join(folder, "grammar.jsgf"), grammar);
    const args = ["-infile", "turn.raw", "-jsgf", "grammar.jsgf", "-logfn", "/dev/null"];
    const { stdout } = await run("pocketsphinx_continuous", args, { cwd: folder, signal });
    return stdout.trim().replaceAll(/\s+/g, " ");
  } catch (error) {
    isMissing = (error as { code?: unknown }).code === "ENOENT";
    if (!isMissing) throw error;
    console.warn("PocketSphinx is not installed: callers are heard by keys alone.");
    return "";
  } finally {
    await rm(folder, { recursive: true });
  }
}

/**
 * At 16,000 Hz, for which the model was made, each sample twice and nothing smoothed: the mirror of the
 * voice above 4,000 Hz is false, but an empty half of the spectrum confuses the model far more. Of 30
 * sentences by three voices it understood 20 so, and 11 after a good resampler.
 */
function widen(audio: Int16Array): Int16Array {
  const wide = new Int16Array(2 * (audio.length + 2 * SILENCE));
  audio.forEach((sample, at) => wide.fill(sample, 2 * (SILENCE + at), 2 * (SILENCE + at) + 2));
  return wide;
}
