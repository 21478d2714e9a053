import type { EncodedFrame, SenderTime } from "../audio/mod.ts";

const NOTHING = new Uint8Array(0);

/** The outgoing timeline: lays frames end to end, each where the one before ended. */
export class FrameLine {
  readonly #patience: number;
  readonly #leeway: number;
  #position = 0;
  #lostRun = 0;
  #silentRun = 0;
  #skippedRun = 0;
  /** Ticks made up as loss so far. */
  lostTicks = 0;
  /** Ticks made up as silence so far. */
  silentTicks = 0;
  /** By how many ticks the line is longer than what it was made from. */
  lead = 0;

  /**
   * A {@link lead} is taken back out of silence that has lasted `patience` ticks, where nobody waits
   * for its end, and as {@link skip} says.
   *
   * @param leeway the most ticks that are skipped between two sounds
   */
  constructor(patience: number, leeway: number) {
    this.#patience = patience;
    this.#leeway = leeway;
  }

  /** Ticks of loss since the last sound. */
  get lostRun(): number {
    return this.#lostRun;
  }

  /** Ticks of silence since the last sound. */
  get silentRun(): number {
    return this.#silentRun;
  }

  /** Lays a packet's sound. */
  audio(out: EncodedFrame[], payload: Uint8Array, duration: number, origin: SenderTime): void {
    out.push({ kind: "audio", payload, timestamp: this.#advance(duration), duration, origin });
    this.#lostRun = this.#silentRun = this.#skippedRun = 0;
  }

  /** Lays one frame of loss, with the payload after it if that is known. */
  lost(out: EncodedFrame[], duration: number, origin: SenderTime, next?: Uint8Array): void {
    const frame = { payload: NOTHING, timestamp: this.#advance(duration), duration, origin };
    out.push(next ? { kind: "lost", ...frame, next } : { kind: "lost", ...frame });
    this.#lostRun += duration;
    this.lostTicks += duration;
  }

  /** Lays one frame of silence; nothing while the line is ahead and the silence has lasted. */
  silence(
    out: EncodedFrame[],
    duration: number,
    origin: SenderTime,
    payload: Uint8Array = NOTHING,
  ): void {
    this.#silentRun += duration;
    if (this.#silentRun > this.#patience && this.lead >= duration) {
      this.lead -= duration;
      return;
    }
    this.silentTicks += duration;
    out.push({ kind: "silence", payload, timestamp: this.#advance(duration), duration, origin });
  }

  /** Takes `ticks` of the lead back by laying nothing for them; false if they must be laid. */
  skip(ticks: number): boolean {
    if (this.lead < ticks || this.#skippedRun + ticks > this.#leeway) return false;
    this.lead -= ticks;
    this.#skippedRun += ticks;
    return true;
  }

  #advance(duration: number): number {
    const timestamp = this.#position;
    this.#position += duration;
    return timestamp;
  }
}
