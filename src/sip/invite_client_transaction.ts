/** The client's side of an INVITE, RFC 3261 section 17.1.1 as RFC 6026 corrects it. */

import type { Timer } from "../clock/mod.ts";
import type { ClientEvents } from "./client_transaction.ts";
import type { SipResponse } from "./message.ts";
import { Repeater } from "./repeater.ts";
import type { SipFlow } from "./sip_flow.ts";
import { longestWait, type TransactionContext } from "./transaction_context.ts";

/** What an INVITE on its way needs. */
export interface InviteClientOptions extends ClientEvents {
  readonly data: Uint8Array;
  readonly flow: SipFlow;
  /** The ACK of a refusal, which belongs to this transaction. */
  readonly acknowledge: (refusal: SipResponse) => Uint8Array;
}

/**
 * ```text
 *   calling ──1xx──▶ proceeding ──2xx──▶ accepted ───M──▶ terminated
 *      └── B                └──300-699──▶ completed ──D──────┘
 * ```
 */
export type InviteClientState =
  | "calling"
  | "proceeding"
  | "accepted"
  | "completed"
  | "terminated";

/** An INVITE of ours on its way to one peer. */
export class InviteClientTransaction {
  state: InviteClientState = "calling";
  readonly #context: TransactionContext;
  readonly #options: InviteClientOptions;
  readonly #unwatch: () => void;
  #repeater: Repeater | undefined;
  #end: Timer;
  #ack: Uint8Array | undefined;

  /** Sends the INVITE. */
  constructor(context: TransactionContext, options: InviteClientOptions) {
    this.#context = context;
    this.#options = options;
    const { flow, data } = options;
    const { clock, t1, counters } = context;
    this.#unwatch = flow.watch(() => this.#fail(503));
    if (!flow.reliable) {
      // Timer A knows no longest interval.
      this.#repeater = new Repeater(clock, () => {
        counters.retransmissions++;
        flow.send(data);
      }, { firstMs: t1, maxMs: Infinity });
    }
    // Timer B.
    this.#end = clock.setTimer(() => this.#fail(408), longestWait(context));
    if (!flow.send(data)) {
      // Nobody is told before the constructor has returned.
      this.#end.cancel();
      this.#end = clock.setTimer(() => this.#fail(503), 0);
    }
  }

  /** Takes a response to this INVITE. */
  receive(response: SipResponse): void {
    const { status } = response;
    if (this.state === "completed") {
      // The refusal came again: the ACK was lost.
      if (status >= 300) this.#options.flow.send(this.#ack!);
    } else if (this.state === "accepted") {
      // The 2xx came again, or another one from a fork.
      if (status >= 200 && status < 300) this.#options.onResponse(response);
    } else if (this.state !== "terminated") {
      this.#advance(response);
    }
  }

  /** Forgets everything at once, without a word to whoever waits. */
  terminate(): void {
    if (this.state === "terminated") return;
    this.state = "terminated";
    this.#repeater?.stop();
    this.#end.cancel();
    this.#unwatch();
    this.#options.onTerminated();
  }

  #advance(response: SipResponse): void {
    const { status } = response;
    this.#repeater?.stop();
    this.#end.cancel();
    if (status < 200) {
      this.state = "proceeding";
    } else if (status < 300) {
      this.state = "accepted";
      // Timer M: forks may answer as well, and the 2xx comes again until our ACK arrives.
      this.#end = this.#after(longestWait(this.#context));
    } else {
      this.state = "completed";
      this.#ack = this.#options.acknowledge(response);
      this.#options.flow.send(this.#ack);
      // Timer D: at least 32 s on UDP, nothing on TCP.
      if (this.#options.flow.reliable) this.terminate();
      else this.#end = this.#after(Math.max(32_000, longestWait(this.#context)));
    }
    this.#options.onResponse(response);
  }

  #fail(status: 408 | 503): void {
    const { onFailure } = this.#options;
    const isOpen = this.state === "calling" || this.state === "proceeding";
    this.terminate();
    if (isOpen) onFailure(status);
  }

  #after(delayMs: number): Timer {
    return this.#context.clock.setTimer(() => this.terminate(), delayMs);
  }
}
