/** One direction of an impaired line. */

import { fraction, type Random } from "../clock/mod.ts";
import type { NetworkImpairments } from "./impair.ts";

/** What a packet that is overtaken waits for more, in ms: the one or two after it are 20 ms apart. */
const OVERTAKEN_MS = [25, 45];

/** Decides, packet by packet, what becomes of it; the same chance gives the same fates. */
export class ImpairedWay {
  readonly #impairments: NetworkImpairments;
  readonly #random: Random;
  #isBad = false;
  #lastArrival = -Infinity;

  constructor(impairments: NetworkImpairments, random: Random) {
    this.#impairments = impairments;
    this.#random = random;
  }

  /** How long each copy of a packet takes that leaves at `now`, in ms; empty when it is lost. */
  carry(now: number): number[] {
    const { loss = 0, burst, delayMs = 0, jitterMs = 0 } = this.#impairments;
    const { reorder = 0, duplicate = 0 } = this.#impairments;
    if (burst !== undefined && this.#happens(this.#isBad ? burst.leave : burst.enter)) {
      this.#isBad = !this.#isBad;
    }
    const isLost = this.#happens(loss) || (this.#isBad && this.#happens(burst?.loss ?? 1));
    const takes = delayMs + (jitterMs > 0 ? fraction(this.#random) * jitterMs : 0);
    const isOvertaken = this.#happens(reorder);
    const isDouble = this.#happens(duplicate);
    if (isLost) return [];
    if (isOvertaken) {
      const extra = OVERTAKEN_MS[this.#random.uint32() % OVERTAKEN_MS.length];
      return isDouble ? [takes + extra, takes + extra + 1] : [takes + extra];
    }
    const arrival = Math.max(now + takes, this.#lastArrival);
    this.#lastArrival = arrival;
    return isDouble ? [arrival - now, arrival - now + 1] : [arrival - now];
  }

  #happens(share: number): boolean {
    return share > 0 && fraction(this.#random) < share;
  }
}
