/** Checks of what backends give, which are written by users and not always with types. */

import type { Speech } from "./voice_backend.ts";

/** @throws {RangeError} that begins with `what` unless `rate` can be resampled */
export function requireRate(what: string, rate: unknown): void {
  if (Number.isInteger(rate) && (rate as number) >= 8000 && (rate as number) <= 48_000) return;
  throw new RangeError(
    `${what} is a whole number of Hz from 8000 to 48000: current value is ${shown(rate)}`,
  );
}

/** @throws {TypeError} that names the step `name` unless `text` is a string */
export function requireText(name: string, text: unknown): asserts text is string {
  if (typeof text === "string") return;
  throw new TypeError(
    `Cannot take what ${name} gives as it is a string or a stream of strings: ` +
      `current value is ${shown(text)}`,
  );
}

/**
 * Makes sure that a value is sound that can be played; `what` names it.
 *
 * @throws {TypeError | RangeError} unless it has an `Int16Array`, and a rate that can be resampled
 */
export function requireSpeech(speech: unknown, what = "it"): asserts speech is Speech {
  const { samples, sampleRate } = (speech ?? {}) as Partial<Speech>;
  if (!(samples instanceof Int16Array)) {
    throw new TypeError(
      `Cannot play speech as ${what} is { samples: Int16Array, sampleRate }, whole or in parts: ` +
        `current value is ${shown(speech)}`,
    );
  }
  requireRate("Cannot play speech as its sampleRate", sampleRate);
}

/** @throws {TypeError} unless what a user's function made is a pair of streams */
export function requirePair(made: Partial<ReadableWritablePair> | undefined): void {
  const isPair = typeof made?.readable?.pipeTo === "function" &&
    typeof made.writable?.getWriter === "function";
  if (isPair) return;
  throw new TypeError(
    `Cannot run the stage backend as it is made as { readable, writable }, a pair of streams: ` +
      `current value is ${made}`,
  );
}

/** @throws {TypeError} unless a value can talk with a caller: a pair of streams that nobody else has */
export function requireGuest(guest: unknown): asserts guest is ReadableWritablePair {
  const { readable, writable } = (guest ?? {}) as Partial<ReadableWritablePair>;
  const isPair = typeof readable?.getReader === "function" &&
    typeof writable?.getWriter === "function";
  if (isPair && !readable.locked && !writable.locked) return;
  const state = isPair
    ? `its ${readable.locked ? "readable" : "writable"} is in use`
    : shown(guest);
  throw new TypeError(
    "Cannot connect a guest as it is { readable, writable }, a pair of streams of its own: " +
      `current value is ${state}`,
  );
}

/** A value for people, short. */
export function shown(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value).slice(0, 100);
  const entries = Object.entries(value).slice(0, 4).map(([key, entry]) => {
    const isObject = typeof entry === "object" && entry !== null;
    return `${key}: ${isObject ? entry.constructor?.name : String(entry).slice(0, 20)}`;
  });
  const name = value.constructor?.name || Object.prototype.toString.call(value);
  return name === "Object" ? `{ ${entries.join(", ")} }` : name;
}
