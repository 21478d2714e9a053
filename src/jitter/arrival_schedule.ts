/** When the sender's packets are due here, learned from when they came. */

/** The floor is the least transit of the last one to two of these, which follows 200 ppm within 2 ms. */
const WINDOW_MS = 5000;
/** How fast the measure of lateness follows a packet later, and one earlier, than itself. */
const RISE = 1 / 2;
const FALL = 1 / 256;
/** The deadline stands this far above the measure, which itself stands just below the latest packets. */
const MARGIN = 1.5;

/** The bounds of an {@link ArrivalSchedule}'s deadline, in milliseconds. */
export interface DeadlineBounds {
  readonly deadlineMs: number;
  readonly minDeadlineMs: number;
  readonly maxDeadlineMs: number;
}

/**
 * The due time of each moment of the sender's timeline, and how much later its packet may come.
 *
 * A packet's transit is its arrival minus its timestamp, both in milliseconds: a number without
 * meaning but for its changes. The least transit of late is the floor: a packet is due at its
 * timestamp plus the floor. The minimum is taken over a sliding window, so that it follows a clock
 * of the sender that runs fast or slow. Lateness is what a packet's transit has above the floor, and
 * the deadline follows an expectile of it: quickly up, slowly down.
 */
export class ArrivalSchedule {
  readonly #bounds: DeadlineBounds;
  #windowStart = 0;
  #leastBefore = 0;
  #leastNow = 0;
  #lateness: number;

  constructor(bounds: DeadlineBounds) {
    this.#bounds = bounds;
    this.#lateness = bounds.deadlineMs / MARGIN;
  }

  /** When the sound at `positionMs` of the sender's timeline is due. */
  dueAt(positionMs: number): number {
    return positionMs + Math.min(this.#leastBefore, this.#leastNow);
  }

  /** How long after it was due a packet of `packetMs` is given up. */
  deadlineMs(packetMs: number): number {
    const { minDeadlineMs, maxDeadlineMs } = this.#bounds;
    const wished = Math.max(minDeadlineMs, MARGIN * packetMs, MARGIN * this.#lateness);
    return Math.min(maxDeadlineMs, wished);
  }

  /** Forgets where the floor was: the sender's timeline is another now. */
  restart(transitMs: number, now: number): void {
    this.#windowStart = now;
    this.#leastBefore = this.#leastNow = transitMs;
  }

  /**
   * Takes note of a packet that was passed on.
   *
   * If none after it has come and it missed its deadline, the floor moves up to it: the way may have
   * become longer for good, and then none of the following must be called overdue. Where it was a
   * stall, the next packet is quicker and brings the floor down again.
   */
  note(transitMs: number, now: number, packetMs: number, isNewest: boolean): void {
    const lateMs = transitMs - this.dueAt(0);
    this.noteLateness(lateMs);
    if (isNewest && lateMs > this.deadlineMs(packetMs)) return this.restart(transitMs, now);
    if (now - this.#windowStart > WINDOW_MS) {
      this.#windowStart = now;
      this.#leastBefore = this.#leastNow;
      this.#leastNow = transitMs;
    } else this.noteTransit(transitMs);
  }

  /** Takes note of a way that took no longer than this. */
  noteTransit(transitMs: number): void {
    this.#leastNow = Math.min(this.#leastNow, transitMs);
  }

  /**
   * Takes note of how late a packet was, also of one of no use, so that the next one is not.
   *
   * A packet later than the longest deadline teaches nothing: after a stall no deadline helps.
   */
  noteLateness(lateMs: number): void {
    const { minDeadlineMs, maxDeadlineMs } = this.#bounds;
    if (lateMs > maxDeadlineMs) return;
    const distance = Math.max(minDeadlineMs / MARGIN, lateMs) - this.#lateness;
    this.#lateness += distance * (distance > 0 ? RISE : FALL);
  }
}
