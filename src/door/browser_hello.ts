/** Who calls by a browser, as its first message says. */

import { type DoorMessage, nameOf } from "./door_message.ts";

/** The rates at which browsers can send sound, in Hz. */
export const RATES: readonly number[] = [16_000, 24_000, 48_000];

/** What the first message says. */
export interface BrowserHello {
  /** Of the sound, both ways, in Hz: one of {@link RATES}. */
  readonly sampleRate: number;
  /** Who calls. */
  readonly from: string;
  /** Who is called. */
  readonly to: string;
}

/** The hello that a message is, or what is wrong with it. */
export function browserHello(said: DoorMessage): BrowserHello | string {
  const { type, sampleRate, from, to } = said;
  if (type !== "hello") return "The first message is hello";
  if (typeof sampleRate !== "number" || !RATES.includes(sampleRate)) {
    return `The sampleRate of hello is ${RATES.join(", ")}`;
  }
  // A caller without a name is not taken for another one: limits count callers by their names.
  return { sampleRate, from: nameOf(from, "anonymous"), to: nameOf(to, "agent") };
}
