/** What the client's sides of an INVITE and of other requests have alike, RFC 3261 section 17.1. */

import type { Timer } from "../clock/mod.ts";
import type { SipResponse } from "./message.ts";
import { Repeater } from "./repeater.ts";
import type { SipFlow } from "./sip_flow.ts";
import { longestWait, type TransactionContext } from "./transaction_context.ts";

/** What a client transaction tells. */
export interface ClientEvents {
  /** A response came, provisional or final. */
  readonly onResponse: (response: SipResponse) => void;
  /** No final response will come: 408 after silence, 503 when the transport failed. */
  readonly onFailure: (status: 408 | 503) => void;
  /** The transaction is over and may be forgotten. */
  readonly onTerminated: () => void;
}

/** What a request on its way needs. */
export interface ClientOptions extends ClientEvents {
  readonly data: Uint8Array;
  readonly flow: SipFlow;
}

/** A request of ours on its way to one peer: sent, repeated where that may help, and given up. */
export abstract class BaseClientTransaction<State extends string> {
  state: State | "proceeding" | "terminated";
  protected readonly context: TransactionContext;
  protected readonly repeater: Repeater | undefined;
  readonly #first: State;
  readonly #options: ClientOptions;
  readonly #unwatch: () => void;
  #end: Timer;

  /**
   * Sends the request.
   *
   * @param start its first state, and the longest interval between repetitions
   */
  constructor(
    context: TransactionContext,
    options: ClientOptions,
    start: { readonly state: State; readonly maxMs: number },
  ) {
    this.state = this.#first = start.state;
    this.context = context;
    this.#options = options;
    const { flow, data } = options;
    const { clock, t1, counters } = context;
    if (!flow.reliable) {
      // Timers A and E.
      this.repeater = new Repeater(clock, () => {
        counters.retransmissions++;
        flow.send(data);
      }, { firstMs: t1, maxMs: start.maxMs });
    }
    // Timers B and F. Nobody is told of a failure before the constructor has returned.
    this.#end = flow.send(data)
      ? clock.setTimer(() => this.#fail(408), longestWait(context))
      : clock.setTimer(() => this.#fail(503), 0);
    // Not before: a connection may break over this very request.
    this.#unwatch = flow.watch(() => this.#fail(503));
  }

  /** Takes a response to this request. */
  abstract receive(response: SipResponse): void;

  /** Forgets everything at once, without a word to whoever waits. */
  terminate(): void {
    if (this.state === "terminated") return;
    this.state = "terminated";
    this.repeater?.stop();
    this.#end.cancel();
    this.#unwatch();
    this.#options.onTerminated();
  }

  /** Gives the peer all the time it wants, as it has answered. */
  protected stopWaiting(): void {
    this.#end.cancel();
  }

  /** Forgets it after a while, in which what comes again still finds it. */
  protected terminateAfter(delayMs: number): void {
    this.#end = this.context.clock.setTimer(() => this.terminate(), delayMs);
  }

  #fail(status: 408 | 503): void {
    const isOpen = this.state === this.#first || this.state === "proceeding";
    this.terminate();
    if (isOpen) this.#options.onFailure(status);
  }
}
