/** Names of files, from what callers say of themselves. */

import type { CallInfo } from "../../backend/mod.ts";
import type { RecordingName } from "./recording_options.ts";

/** The name of a recording where nothing else is said. */
export const DEFAULT_NAME = "{date}/{time}-{from}-{id}";

/** The most bytes of one word of a caller's; file systems take 255 for a whole name. */
const WORD_BYTES = 60;
/** The most bytes of a name between two slashes: with an ending and a number it stays below 255. */
const NAME_BYTES = 200;

/**
 * The path of a recording below its folder, with `/` and without an ending.
 *
 * Whatever a caller calls itself, the path stays below the folder: of words only letters, digits and
 * `+ - _ @ .` are kept, none begins with a dot, and a template's own `..` is taken for a word.
 *
 * @throws {TypeError} if the template has a placeholder that is none, or gives no name
 */
export function recordingName(name: RecordingName, call: CallInfo, startedAt: Date): string {
  const text = typeof name === "function" ? name(call, startedAt) : filled(name, call, startedAt);
  if (typeof text !== "string") {
    throw new TypeError(`Cannot name a recording as it is named by text: current value is ${text}`);
  }
  const parts = text.split(/[/\\]/).map((part) => safe(part, NAME_BYTES)).filter((part) => part);
  if (parts.length > 0) return parts.join("/");
  throw new TypeError(`Cannot name a recording as its name has to say something: it is "${text}"`);
}

function filled(template: string, call: CallInfo, startedAt: Date): string {
  const [date, time] = startedAt.toISOString().split("T");
  const words: Record<string, string> = {
    date,
    time: time.replaceAll(":", "").replace(/\..*/, ""),
    from: call.from.user,
    to: call.to.user,
    id: call.sessionId,
  };
  return template.replace(/\{(\w*)\}/g, (_, word: string) => {
    if (!Object.hasOwn(words, word)) {
      throw new TypeError(
        `Cannot name a recording as there are {${Object.keys(words).join("}, {")}}: ` +
          `current value is {${word}}`,
      );
    }
    return safe(words[word], WORD_BYTES) || "unknown";
  });
}

/** The letters of a text that are safe in a path, as many as fit into `limit` bytes of UTF-8. */
function safe(text: string, limit: number): string {
  let kept = "";
  let bytes = 0;
  for (const letter of text.normalize("NFC").replace(/[^\p{L}\p{N}+\-_@.]+/gu, "_")) {
    bytes += new TextEncoder().encode(letter).length;
    if (bytes > limit) break;
    kept += letter;
  }
  // No hidden file, no way up, and no dot at the end, which Windows drops.
  return kept.replace(/^\.+|\.+$/g, "");
}
