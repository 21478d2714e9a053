/** Short tones on a line, and how long they take to come back. */

import { rmsLevel, tone } from "../../audio/mod.ts";
import { GoertzelBank } from "../../tone/mod.ts";

const HERTZ = 1000;
/** A tone of 60 ms each 600 ms, after 600 ms of quiet, so that each has its time to come back. */
const EVERY_FRAMES = 30;
const LONG_FRAMES = 3;
/** Lower than this, in dB below full scale, it is no tone of ours. */
const LEAST_DB = -40;

/** What came of it. */
export interface PingResult {
  /** How long each tone that came back took, in ms, in order. */
  readonly trips: readonly number[];
  /** How many were sent. */
  readonly sent: number;
  /** The loudest that was heard, in dB below full scale: tones or anything else. */
  readonly loudestDb: number;
  /** Frames that came as packets, and were not made up for ones that did not. */
  readonly packets: number;
}

/**
 * Sends and listens, a frame of 20 ms at a time.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { TonePing } from "./tone_ping.ts";
 *
 * const ping = new TonePing(8000);
 * let back: Int16Array = new Int16Array(160);
 * for (let at = 0; at < 1000; at += 20) {
 *   ping.hear(back, at);
 *   back = ping.next(at);
 * }
 * assert.deepEqual(ping.result().trips, [20]);
 * ```
 */
export class TonePing {
  readonly #frame: number;
  readonly #tone: Int16Array;
  readonly #bank: GoertzelBank;
  readonly #trips: number[] = [];
  #frames = 0;
  #sent = 0;
  #sentAt: number | undefined;
  #loudestDb = -Infinity;
  #packets = 0;

  /** For sound of `sampleRate` Hz. */
  constructor(sampleRate: number) {
    this.#frame = sampleRate / 50;
    this.#tone = tone([HERTZ], 20 * LONG_FRAMES, { sampleRate, levelDb: -10, fadeMs: 2 });
    this.#bank = new GoertzelBank([HERTZ], sampleRate);
  }

  /** The frame that is to be sent at `at`, in ms. */
  next(at: number): Int16Array {
    const place = this.#frames++ % EVERY_FRAMES - (EVERY_FRAMES - LONG_FRAMES);
    if (place < 0) return new Int16Array(this.#frame);
    if (place === 0) {
      this.#sent++;
      this.#sentAt = at;
    }
    return this.#tone.slice(place * this.#frame, (place + 1) * this.#frame);
  }

  /** Takes a frame that came at `at`, in ms; one that was made up says nothing. */
  hear(samples: Int16Array, at: number, isMadeUp = false): void {
    if (isMadeUp) return;
    this.#packets++;
    this.#loudestDb = Math.max(this.#loudestDb, rmsLevel(samples));
    if (this.#sentAt === undefined) return;
    const [power] = this.#bank.powers(Float32Array.from(samples));
    if (10 * Math.log10(2 * power / 32_767 ** 2) < LEAST_DB) return;
    this.#trips.push(at - this.#sentAt);
    this.#sentAt = undefined;
  }

  /** What came of it so far. */
  result(): PingResult {
    return {
      trips: this.#trips,
      sent: this.#sent,
      loudestDb: this.#loudestDb,
      packets: this.#packets,
    };
  }
}
