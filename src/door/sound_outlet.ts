/** Sound on its way to somebody who may not read it. */

import type { Clock } from "../clock/mod.ts";

/** Sound that may wait to be read, in ms: what is said meanwhile waits where it can be interrupted. */
const MOST_WAITING_MS = 500;
/** Who has not read for so long is gone, in ms. */
const STUCK_MS = 15_000;

/** What a {@link SoundOutlet} needs. */
export interface SoundOutletOptions {
  /** Time. */
  readonly clock: Clock;
  /** Bytes that were sent and have not left yet. */
  readonly waitingBytes: () => number;
  /** How many bytes a second of sound is, as it is sent. */
  readonly bytesPerSecond: number;
  /** Nothing was read for 15 s. */
  readonly onStuck: () => void;
}

/**
 * Says whether there is room for more sound: a connection queues without bound, and what it has cannot be
 * taken back.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { VirtualClock } from "@sofia/phone/clock";
 * import { SoundOutlet } from "@sofia/phone/door";
 *
 * let waiting = 0;
 * const outlet = new SoundOutlet({
 *   clock: new VirtualClock(),
 *   waitingBytes: () => waiting,
 *   bytesPerSecond: 32_000,
 *   onStuck: () => {},
 * });
 * assert.equal(outlet.hasRoom(), true);
 * waiting = 20_000;
 * assert.equal(outlet.hasRoom(), false);
 * ```
 */
export class SoundOutlet {
  readonly #options: SoundOutletOptions;
  readonly #mostBytes: number;
  #fullSince: number | undefined;

  /** Nothing was sent yet. */
  constructor(options: SoundOutletOptions) {
    this.#options = options;
    this.#mostBytes = options.bytesPerSecond * MOST_WAITING_MS / 1000;
  }

  /** Whether sound may be sent now, asked each time there is some. */
  hasRoom(): boolean {
    const { clock, waitingBytes, onStuck } = this.#options;
    if (waitingBytes() <= this.#mostBytes) {
      this.#fullSince = undefined;
      return true;
    }
    const now = clock.now();
    this.#fullSince ??= now;
    if (now - this.#fullSince >= STUCK_MS) onStuck();
    return false;
  }
}
