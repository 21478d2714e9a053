/** A page's end of a call, which plays what comes after a while, and says how far it is. */

import type { Clock } from "../../src/clock/mod.ts";
import { FarEnd } from "./socket_pair.ts";

const TICK_MS = 20;

export interface PagePeerOptions {
  /** How long after it came sound is played, in ms. @default 0 */
  readonly lateMs?: number;
}

/** One call, of 16 kHz. */
export class PagePeer {
  readonly far = new FarEnd();
  /** What was played, 20 ms each. */
  readonly played: Uint8Array[] = [];
  /** It plays, and says so; else it stands still, and says nothing. */
  isPlaying = true;
  cleared = 0;
  readonly #clock: Clock;
  readonly #lateMs: number;
  #waiting: { readonly at: number; readonly sound: Uint8Array }[] = [];
  #passedMs = 0;
  #read = 0;
  #ticks = 0;

  constructor(clock: Clock, { lateMs = 0 }: PagePeerOptions = {}) {
    this.#clock = clock;
    this.#lateMs = lateMs;
    this.far.onTold = ({ type }) => {
      if (type !== "clear") return;
      this.cleared++;
      this.#hear();
      this.#passedMs += this.#waiting.splice(0).length * TICK_MS;
    };
    this.#tick();
  }

  /** How much was played that is no silence, in ms. */
  get spokenMs(): number {
    return this.played.filter((sound) => sound.some((byte) => byte !== 0)).length * TICK_MS;
  }

  #hear(): void {
    const fresh = this.far.heard.slice(this.#read);
    this.#read += fresh.length;
    for (const sound of fresh) this.#waiting.push({ at: this.#clock.now() + this.#lateMs, sound });
  }

  #tick(): void {
    if (this.far.closed !== undefined) return;
    this.#clock.setTimer(() => this.#tick(), TICK_MS);
    this.#hear();
    if (!this.isPlaying) return;
    if (this.#waiting.length > 0 && this.#waiting[0].at <= this.#clock.now()) {
      this.played.push(this.#waiting.shift()!.sound);
      this.#passedMs += TICK_MS;
    }
    if (++this.#ticks % 5 === 0) this.far.say({ type: "played", ms: this.#passedMs });
  }
}
