/** The client's side of an INVITE, RFC 3261 section 17.1.1 as RFC 6026 corrects it. */

import { BaseClientTransaction, type ClientOptions } from "./base_client_transaction.ts";
import type { SipResponse } from "./message.ts";
import { longestWait, type TransactionContext } from "./transaction_context.ts";

/** What an INVITE on its way needs. */
export interface InviteClientOptions extends ClientOptions {
  /** The ACK of a refusal, which belongs to this transaction. */
  readonly acknowledge: (refusal: SipResponse) => Uint8Array;
}

/**
 * ```text
 *   calling ──1xx──▶ proceeding ──2xx──▶ accepted ───M──▶ terminated
 *      └── B                └──300-699──▶ completed ──D──────┘
 * ```
 */
export type InviteClientState = "calling" | "accepted" | "completed";

/** An INVITE of ours on its way to one peer. */
export class InviteClientTransaction extends BaseClientTransaction<InviteClientState> {
  readonly #options: InviteClientOptions;
  #ack: Uint8Array | undefined;

  /** Sends the INVITE. */
  constructor(context: TransactionContext, options: InviteClientOptions) {
    // Timer A knows no longest interval.
    super(context, options, { state: "calling", maxMs: Infinity });
    this.#options = options;
  }

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

  #advance(response: SipResponse): void {
    const { status } = response;
    this.repeater?.stop();
    this.stopWaiting();
    if (status < 200) {
      this.state = "proceeding";
    } else if (status < 300) {
      this.state = "accepted";
      // Timer M: forks may answer as well, and the 2xx comes again until our ACK arrives.
      this.terminateAfter(longestWait(this.context));
    } else {
      this.state = "completed";
      this.#ack = this.#options.acknowledge(response);
      this.#options.flow.send(this.#ack);
      // Timer D: at least 32 s on UDP, nothing on TCP.
      if (this.#options.flow.reliable) this.terminate();
      else this.terminateAfter(Math.max(32_000, longestWait(this.context)));
    }
    this.#options.onResponse(response);
  }
}
