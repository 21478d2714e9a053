/** What a simulated caller hears. */

import { msIn, rmsLevel } from "../audio/mod.ts";
import { SoundTrack } from "./sound_track.ts";

/** A stretch of sound, in ms of the call. */
export interface SoundSpan {
  /** When it begins. */
  readonly startMs: number;
  /** When it is over. */
  readonly endMs: number;
}

/** Hz. */
const LINE_RATE = 8000;
/** Softer than this nobody notices on a telephone, in dBov. */
const AUDIBLE_DB = -55;
/** A shorter pause is a part of the sound around it, in ms: those between two words are. */
const PAUSE_MS = 200;
/** How far playout may be from arrival before it begins anew, in ms, besides the line's jitter. */
const LEEWAY_MS = 25;

/** Puts packets together to what is heard, and notes when it is heard. */
export class AgentEar {
  /** The sound as it is played, by its place in the call. */
  readonly track: SoundTrack = new SoundTrack();
  readonly #spans: { startMs: number; endMs: number }[] = [];
  readonly #leewayMs: number;
  #anchor: { readonly timestamp: number; readonly place: number } | undefined;

  /** An ear at the end of a line on which packets are up to `jitterMs` later than others. */
  constructor(jitterMs: number) {
    this.#leewayMs = LEEWAY_MS + jitterMs;
  }

  /** The stretches in which something was to be heard, by when its packets came. */
  get spans(): readonly SoundSpan[] {
    return this.#spans;
  }

  /** Takes a packet of sound that came at `at` ms of the call. */
  push(samples: Int16Array, timestamp: number, at: number): void {
    this.track.write(this.#placeOf(timestamp, at), samples);
    if (rmsLevel(samples) < AUDIBLE_DB) return;
    const endMs = at + msIn(samples.length, LINE_RATE);
    const last = this.#spans.at(-1);
    if (last !== undefined && at - last.endMs < PAUSE_MS) last.endMs = Math.max(last.endMs, endMs);
    else this.#spans.push({ startMs: at, endMs });
  }

  /** When sound was last to be heard that came after `since`, in ms of the call; undefined for none. */
  lastHeard(since: number): number | undefined {
    const last = this.#spans.at(-1);
    return last !== undefined && last.endMs > since ? last.endMs : undefined;
  }

  /** By the sender's timestamps, as a telephone plays it, and never far from when it came. */
  #placeOf(timestamp: number, at: number): number {
    const arrival = Math.round(at * LINE_RATE / 1000);
    if (this.#anchor !== undefined) {
      const place = this.#anchor.place + ((timestamp - this.#anchor.timestamp) | 0);
      if (Math.abs(msIn(arrival - place, LINE_RATE)) <= this.#leewayMs) return place;
    }
    this.#anchor = { timestamp, place: arrival };
    return arrival;
  }
}
