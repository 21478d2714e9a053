/** When a call that the dialplan handed over can be let go. */

import type { Clock, Timer } from "../clock/mod.ts";
import type { EslEvent } from "./esl_event.ts";

/** After how long the channel is parked for sure, in ms; it takes one or two. */
const PARKED_MS = 1000;

/**
 * Waits until FreeSWITCH has parked the channel, which it does a moment after it has connected.
 *
 * A connection that ends before that leaves the channel parked for ever: what ends the waiting is
 * taken away when the connection ends, and set when the waiting begins (`socket_function` in
 * mod_event_socket.c and `switch_ivr_park`). From then on the end of the connection makes the dialplan
 * go on.
 */
export class Parking {
  /** Resolves when the connection may end. */
  readonly done: Promise<void>;
  readonly #timer: Timer;
  #resolve: () => void;

  /** To be made when the connection is. */
  constructor(clock: Clock) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.done = promise;
    this.#resolve = resolve;
    // The event may have come before we had subscribed to it, or never, on a socket without `full`.
    this.#timer = clock.setTimer(resolve, PARKED_MS);
  }

  /** Looks whether an event says that it is parked. */
  see(event: EslEvent): void {
    if (event.name === "CHANNEL_PARK") this.end();
  }

  /** There is nothing to wait for any more. */
  end(): void {
    this.#timer.cancel();
    this.#resolve();
  }
}
