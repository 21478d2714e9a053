/** What a caller makes of the sound of an example. */
import { rmsLevel } from "../../../src/audio/mod.ts";
import type { IndependentCaller } from "../../support/caller/independent_caller.ts";

/** Samples in 20 ms of the line. */
const FRAME = 160;
/** A frame of speech or tone is louder, a pause is not; in dBov. */
const AUDIBLE_DB = -45;

/** Says nothing for `ms` and returns what came in that time, at 8,000 Hz. */
export async function listen(caller: IndependentCaller, ms: number): Promise<Int16Array> {
  caller.heard.clear();
  await caller.voice.say(new Int16Array(8 * ms));
  return caller.heard.sound();
}

/** How much of a sound can be heard, in ms. */
export function audibleMs(sound: Int16Array): number {
  let frames = 0;
  for (let at = 0; at + FRAME <= sound.length; at += FRAME) {
    if (rmsLevel(sound.subarray(at, at + FRAME)) > AUDIBLE_DB) frames++;
  }
  return 20 * frames;
}

/** Where the last audible frame ends, in ms from the start; 0 where there is none. */
export function lastAudibleMs(sound: Int16Array): number {
  for (let at = sound.length - sound.length % FRAME; at >= FRAME; at -= FRAME) {
    if (rmsLevel(sound.subarray(at - FRAME, at)) > AUDIBLE_DB) return at / 8;
  }
  return 0;
}

/** The pitch of a tone in Hz, by the times it rises through zero while it sounds. */
export function pitchOf(sound: Int16Array): number {
  let rises = 0;
  for (let at = 1; at < sound.length; at++) if (sound[at - 1] < 0 && sound[at] >= 0) rises++;
  return rises / (audibleMs(sound) / 1000);
}
