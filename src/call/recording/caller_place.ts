/** Where on the line of a recording the caller's sound belongs. */

import type { SenderTime } from "../../audio/mod.ts";
import type { LineRate } from "../../media/mod.ts";
import { distance32 } from "../../rtp/mod.ts";

/** Packets that are waited for before a sender's time is set against ours: the quickest counts. */
const SETTLE_PACKETS = 15;
/** No longer than that, in ms. */
const SETTLE_MS = 400;
/** A new sender whose timestamps fit so well to those of the one before has the same clock, in ms. */
const SAME_CLOCK_MS = 10;
/** Ticks that wander by less than this around a steady beat, as they follow packets, are of that beat, in ms. */
const WANDER_MS = 10;
/** The least transit is taken over windows of so many ms. */
const WINDOW_MS = 5000;
/** Packets by which a window is judged at least. */
const WINDOW_PACKETS = 50;
/** A clock that has run away by so much is set again where nobody hears it, in ms. */
const DRIFT_MS = 40;
/** And by so much, anywhere, in ms. */
const MAX_DRIFT_MS = 250;
/** The loudest sample of a piece in which a step is not heard: 40 dB below full scale. */
const QUIET = 328;

/** A piece of the caller's sound with its place in ticks of the recording. */
export interface PlacedSound {
  /** The sound. */
  readonly samples: Int16Array;
  /** Where its first sample is, in ticks of the RTP clock since the recording began. */
  readonly ticks: number;
}

/** How often the caller's time was set. */
export interface CallerPlaceCounters {
  /** Times it began anew: the first, a new sender, a jump of the timestamps. */
  epochs: number;
  /** Of these, those that went on with the clock there was. */
  continued: number;
  /** Times its clock had run away and was set again. */
  corrections: number;
}

/**
 * Sets the caller's clock against the line of a recording, which is the agent's: both count ticks.
 *
 * Within an epoch of the caller's time its sound lies where its timestamps say, to the sample,
 * whatever the network did to its packets. Where an epoch begins, the quickest of its first packets
 * says how the two clocks stand to each other; a sound lies where it was over when it came. Where the
 * caller's clock runs fast or slow, its timestamps are followed all the same until they are off by 40
 * ms, by the quickest packets of ten seconds, so that no jitter is taken for drift. Then the step is
 * made in the next quiet piece, or, at 250 ms, in any.
 *
 * @example
 * ```ts
 * import { CallerPlace } from "@sofia/phone/call";
 * import assert from "node:assert/strict";
 *
 * const place = new CallerPlace({ sampleRate: 8000, clockRate: 8000 });
 * place.ticked(0, 1000); // what is sent at 1000 ms is the first of the recording
 * const samples = new Int16Array(160);
 * place.push(samples, { epoch: 1, position: 70_000, receivedAt: 1020 });
 * place.push(samples, { epoch: 1, position: 70_160, receivedAt: 1043 });
 * assert.deepEqual(place.flush().map(({ ticks }) => ticks), [0, 160]);
 * ```
 */
export class CallerPlace {
  /** How often the time was set. */
  readonly counters: CallerPlaceCounters = { epochs: 0, continued: 0, corrections: 0 };
  readonly #ticksPerMs: number;
  readonly #ticksPerSample: number;
  /** When the first sample of the line was due, in ms of our clock, if its beat was always steady. */
  #lineFrom: number | undefined;
  /** The same as if its beat had always been that of the last tick. */
  #tickedFrom = 0;
  #now = 0;
  /** The caller's time was set once. */
  #isSettled = false;
  #epoch: number | undefined;
  /** From the caller's ticks to the recording's; undefined while an epoch settles. */
  #offset: number | undefined;
  #before: { offset: number; last: number } | undefined;
  #last = 0;
  readonly #waiting: { samples: Int16Array; origin: SenderTime }[] = [];
  #came = 0;
  #settleBy = Infinity;
  /** The least of arrival minus place, in ms, of the packets of this window and of the one before. */
  #least = Infinity;
  #leastBefore: number | undefined;
  #windowEnd = 0;

  /** Begins before the first packet. */
  constructor({ sampleRate, clockRate }: LineRate) {
    this.#ticksPerMs = clockRate / 1000;
    this.#ticksPerSample = clockRate / sampleRate;
  }

  /** Says that what is sent at `nextAt` ms lies at `ticks`; gives what has settled by that. */
  ticked(ticks: number, nextAt: number): PlacedSound[] {
    this.#tickedFrom = nextAt - ticks / this.#ticksPerMs;
    // At first the ticks look for their place after the packets.
    this.#steady(this.#isSettled ? this.#lineFrom! : this.#tickedFrom);
    this.#now = nextAt;
    return this.#waiting.length > 0 && nextAt >= this.#settleBy ? this.#settle() : [];
  }

  /** Takes a piece of sound; gives what has its place now: mostly this one. */
  push(samples: Int16Array, origin: SenderTime): PlacedSound[] {
    const placed = origin.epoch === this.#epoch ? [] : this.#begin(origin);
    const { receivedAt, position } = origin;
    if (receivedAt !== undefined) this.#note(receivedAt - this.#msOf(origin, samples), receivedAt);
    // What was made up before the first packet says nothing of where it belongs; it is silence.
    else if (this.#offset === undefined && this.#waiting.length === 0) return placed;
    if (this.#offset === undefined) {
      this.#waiting.push({ samples, origin });
      const isEnough = this.#came >= SETTLE_PACKETS && this.#lineFrom !== undefined;
      return isEnough ? [...placed, ...this.#settle()] : placed;
    }
    this.#follow(samples);
    this.#last = position;
    placed.push({ samples, ticks: position + this.#offset });
    return placed;
  }

  /** Gives what still waits for its place. */
  flush(): PlacedSound[] {
    return this.#lineFrom === undefined ? [] : this.#settle();
  }

  /** Another sender, or another time of the same. */
  #begin({ epoch, position }: SenderTime): PlacedSound[] {
    const placed = this.flush();
    if (this.#offset !== undefined) {
      this.#before = { offset: this.#offset, last: this.#last };
      // Where its clock had come to, the next one takes over: a transfer is no step in the recording.
      const least = this.#came < SETTLE_PACKETS ? this.#leastBefore : this.#least;
      if (least !== undefined) this.#steady(least - this.#offset / this.#ticksPerMs);
    }
    this.counters.epochs++;
    this.#epoch = epoch;
    this.#offset = undefined;
    this.#last = position;
    this.#came = 0;
    this.#least = Infinity;
    this.#leastBefore = undefined;
    this.#settleBy = this.#now + SETTLE_MS;
    return placed;
  }

  /** Takes the line for steady from `from` on, unless its ticks are elsewhere by now. */
  #steady(from: number): void {
    const isNear = Math.abs(from - this.#tickedFrom) <= WANDER_MS;
    this.#lineFrom = isNear ? from : this.#tickedFrom;
  }

  #settle(): PlacedSound[] {
    if (this.#waiting.length === 0) return [];
    const measured = this.#offsetOf(this.#least);
    const offset = this.#continuedAt(measured) ?? measured;
    this.#offset = offset;
    this.#isSettled = true;
    this.#came = 0;
    this.#leastBefore = undefined;
    this.#least = Infinity;
    this.#windowEnd = this.#now + WINDOW_MS;
    return this.#waiting.splice(0).map(({ samples, origin: { position } }) => {
      this.#last = position;
      return { samples, ticks: position + offset };
    });
  }

  /** The place that the clock of the epoch before gives, if that clock goes on. */
  #continuedAt(offset: number): number | undefined {
    const before = this.#before;
    if (before === undefined) return undefined;
    const first = this.#waiting[0].origin.position;
    const continued = before.last + distance32(before.last, first) + before.offset - first;
    if (Math.abs(continued - offset) > SAME_CLOCK_MS * this.#ticksPerMs) return undefined;
    this.counters.continued++;
    return continued;
  }

  #note(transitMs: number, receivedAt: number): void {
    this.#came++;
    this.#least = Math.min(this.#least, transitMs);
    if (this.#offset === undefined || receivedAt < this.#windowEnd) return;
    this.#windowEnd = receivedAt + WINDOW_MS;
    this.#leastBefore = this.#came < WINDOW_PACKETS ? undefined : this.#least;
    this.#came = 0;
    this.#least = Infinity;
  }

  /** Makes up for a clock that ran away, if this is the place to. */
  #follow(samples: Int16Array): void {
    if (this.#leastBefore === undefined || this.#came < WINDOW_PACKETS) return;
    const [one, other] = [this.#leastBefore, this.#least].map((least) =>
      this.#offsetOf(least) - this.#offset!
    );
    const drift = Math.abs(one) < Math.abs(other) ? one : other;
    const driftMs = Math.abs(drift) / this.#ticksPerMs;
    if (one * other <= 0 || driftMs < DRIFT_MS) return;
    if (driftMs < MAX_DRIFT_MS && !samples.every((sample) => Math.abs(sample) < QUIET)) return;
    this.#offset! += drift;
    this.#leastBefore = undefined;
    this.counters.corrections++;
  }

  /** The offset by which sound with this least transit lies where it was over when it came. */
  #offsetOf(leastMs: number): number {
    const ticks = (leastMs - this.#lineFrom!) * this.#ticksPerMs;
    return Math.round(ticks / this.#ticksPerSample) * this.#ticksPerSample;
  }

  /** Where a piece is over by the caller's clock, in ms. */
  #msOf({ position }: SenderTime, samples: Int16Array): number {
    return (position + samples.length * this.#ticksPerSample) / this.#ticksPerMs;
  }
}
