/** Checks of what a menu says. */

import { isObject, refuse, requireName, requireObject } from "./check_value.ts";
import type { MenuPrompt } from "./menu_prompt.ts";

/** What a prompt may be. */
const RULE = "a text, { say }, { play }, sound, or a list of these";

/** The prompt at `place`, and the files it plays into `files`. @throws {TypeError} if it is none */
export function checkPrompt(place: string, value: unknown, files: Set<string>): MenuPrompt {
  const parts = Array.isArray(value) ? value : [value];
  for (const [at, part] of parts.entries()) {
    checkSaying(Array.isArray(value) ? `${place}[${at}]` : place, part, files);
  }
  return value as MenuPrompt;
}

function checkSaying(place: string, value: unknown, files: Set<string>): void {
  if (typeof value === "string" || isSound(value)) return;
  if (!isObject(value)) refuse(place, RULE, value);
  const { interruptible } = value;
  if (![undefined, true, false, "keys"].includes(interruptible as boolean)) {
    refuse(`${place}.interruptible`, 'true, false or "keys"', interruptible);
  }
  if ("play" in value) {
    requireObject(place, value, ["play", "interruptible"]);
    requireName(`${place}.play`, value.play);
    files.add(value.play);
  } else {
    requireObject(place, value, ["say", "interruptible"]);
    if (typeof value.say !== "string" && !isSound(value.say)) {
      refuse(`${place}.say`, RULE, value.say);
    }
  }
}

function isSound(value: unknown): boolean {
  return isObject(value) && value.samples instanceof Int16Array &&
    typeof value.sampleRate === "number";
}
