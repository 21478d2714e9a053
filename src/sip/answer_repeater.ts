/** A 2xx to an INVITE, repeated until its ACK comes; RFC 3261 section 13.3.1.4. */

import type { Timer } from "../clock/mod.ts";
import { Repeater } from "./repeater.ts";
import { longestWait, type TransactionContext } from "./transaction_context.ts";

/**
 * Repeats after T1, 2 * T1, 4 * T1... at most T2, for 64 * T1; on TCP as well, as the 2xx is
 * acknowledged from end to end while TCP ends at the next proxy.
 */
export class AnswerRepeater {
  readonly #repeater: Repeater;
  readonly #timeout: Timer;

  /**
   * @param send sends the 2xx again
   * @param onTimeout no ACK has come
   */
  constructor(context: TransactionContext, send: () => void, onTimeout: () => void) {
    const { clock, t1, t2, counters } = context;
    this.#repeater = new Repeater(clock, () => {
      counters.retransmissions++;
      send();
    }, { firstMs: t1, maxMs: t2 });
    this.#timeout = clock.setTimer(() => {
      this.#repeater.stop();
      onTimeout();
    }, longestWait(context));
  }

  /** The ACK came. */
  stop(): void {
    this.#repeater.stop();
    this.#timeout.cancel();
  }
}
