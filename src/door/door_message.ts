/** Messages in JSON from somebody who may send anything. */

import type { DoorLeg } from "../call/mod.ts";

/** The longest text that is read, in characters: no message of any door comes near. */
export const MOST_TEXT = 16_384;
/** The longest name or number of a caller, in characters. */
const MOST_NAME = 80;
/** The longest message of sound that is taken, in ms: none of a voice comes near. */
export const MOST_SOUND_MS = 1000;
/** How long a key is taken to have been down, in ms: no door tells that. */
const KEY_MS = 160;
/** Keys of a telephone. */
const KEY = /^[0-9*#A-D]$/;

/** A message as it came: nothing is known of its fields. */
export type DoorMessage = Readonly<Record<string, unknown>>;

/** The object that a text is; undefined for anything else. */
export function doorMessage(text: string): DoorMessage | undefined {
  if (text.length > MOST_TEXT) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a value has fields that can be read. */
export function isRecord(value: unknown): value is DoorMessage {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The name or number that a value is, on one line and not too long; `otherwise` where it is none. */
export function nameOf(value: unknown, otherwise: string): string {
  if (typeof value !== "string") return otherwise;
  // deno-lint-ignore no-control-regex -- these are what must not get into a log or a header
  const plain = value.replace(/[\u0000-\u001f\u007f]+/g, " ").trim();
  return plain === "" ? otherwise : plain.slice(0, MOST_NAME);
}

/** The caller has pressed what `value` is: nothing where that is no key, or the call is not answered. */
export function pressKey({ state, handlers }: DoorLeg, value: unknown): void {
  if (state !== "confirmed" || typeof value !== "string" || !KEY.test(value)) return;
  handlers.onDtmf?.(value, KEY_MS);
}

/** @throws {RangeError} unless each of `digits` is a key */
export function requireKeys(digits: string): void {
  const wrong = [...digits].find((digit) => !KEY.test(digit));
  if (wrong === undefined) return;
  throw new RangeError(
    `Cannot press a key as it is one of 0-9, *, #, A-D: current value is ${wrong}`,
  );
}
