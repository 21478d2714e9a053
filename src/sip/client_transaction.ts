/** The client's side of any request but INVITE and ACK, RFC 3261 section 17.1.2. */

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

/** `trying` ──1xx──▶ `proceeding` ──200-699──▶ `completed` ──K──▶ `terminated`. */
export type ClientState = "trying" | "proceeding" | "completed" | "terminated";

/** A request of ours on its way to one peer. */
export class ClientTransaction {
  state: ClientState = "trying";
  readonly #context: TransactionContext;
  readonly #options: ClientOptions;
  readonly #unwatch: () => void;
  #repeater: Repeater | undefined;
  #end: Timer;

  /** Sends the request. */
  constructor(context: TransactionContext, options: ClientOptions) {
    this.#context = context;
    this.#options = options;
    const { flow, data } = options;
    const { clock, t1, t2, counters } = context;
    this.#unwatch = flow.watch(() => this.#fail(503));
    if (!flow.reliable) {
      // Timer E.
      this.#repeater = new Repeater(clock, () => {
        counters.retransmissions++;
        flow.send(data);
      }, { firstMs: t1, maxMs: t2 });
    }
    // Timer F.
    this.#end = clock.setTimer(() => this.#fail(408), longestWait(context));
    if (!flow.send(data)) {
      // Nobody is told before the constructor has returned.
      this.#end.cancel();
      this.#end = clock.setTimer(() => this.#fail(503), 0);
    }
  }

  /** Takes a response to this request. */
  receive(response: SipResponse): void {
    if (this.state !== "trying" && this.state !== "proceeding") return;
    if (response.status < 200) {
      if (this.state === "trying") this.#repeater?.slowDown();
      this.state = "proceeding";
    } else {
      this.state = "completed";
      this.#repeater?.stop();
      this.#end.cancel();
      // Timer K: the response may come again and is then taken in silence.
      const { flow } = this.#options;
      if (flow.reliable) this.terminate();
      else this.#end = this.#context.clock.setTimer(() => this.terminate(), this.#context.t4);
    }
    this.#options.onResponse(response);
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

  #fail(status: 408 | 503): void {
    const { onFailure } = this.#options;
    const isOpen = this.state === "trying" || this.state === "proceeding";
    this.terminate();
    if (isOpen) onFailure(status);
  }
}
