import type { EncodedFrame } from "../audio/mod.ts";

const NOTHING = new Uint8Array(0);

/** The outgoing timeline: lays frames end to end, each where the one before ended. */
export class FrameLine {
  readonly #patience: number;
  #position = 0;
  #lostRun = 0;
  #silentRun = 0;
  /** Ticks made up as loss so far. */
  lostTicks = 0;
  /** Ticks made up as silence so far. */
  silentTicks = 0;
  /** By how many ticks the line is longer than what it was made from. */
  lead = 0;

  /** A {@link lead} is taken back out of a silence longer than `patience` ticks. */
  constructor(patience: number) {
    this.#patience = patience;
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
  audio(out: EncodedFrame[], payload: Uint8Array, duration: number): void {
    out.push({ kind: "audio", payload, timestamp: this.#advance(duration), duration });
    this.#lostRun = this.#silentRun = 0;
  }

  /** Lays one frame of loss, with the payload after it if that is known. */
  lost(out: EncodedFrame[], duration: number, next?: Uint8Array): void {
    const frame = { payload: NOTHING, timestamp: this.#advance(duration), duration };
    out.push(next ? { kind: "lost", ...frame, next } : { kind: "lost", ...frame });
    this.#lostRun += duration;
    this.lostTicks += duration;
  }

  /**
   * Lays `ticks` of silence in frames of `step`, the last one a little longer or shorter.
   *
   * Less is laid while the line is ahead and the silence has lasted: nobody's turn waits for it then.
   */
  silence(out: EncodedFrame[], ticks: number, step: number, payload: Uint8Array = NOTHING): void {
    while (ticks > 0) {
      const duration = ticks < 2 * step && ticks > step ? ticks : Math.min(ticks, step);
      ticks -= duration;
      this.#silentRun += duration;
      const skipped = this.#silentRun > this.#patience ? Math.min(this.lead, duration) : 0;
      this.lead -= skipped;
      if (skipped === duration) continue;
      const left = duration - skipped;
      this.silentTicks += left;
      out.push({ kind: "silence", payload, timestamp: this.#advance(left), duration: left });
    }
  }

  #advance(duration: number): number {
    const timestamp = this.#position;
    this.#position += duration;
    return timestamp;
  }
}
