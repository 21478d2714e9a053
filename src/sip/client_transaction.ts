/** The client's side of any request but INVITE and ACK, RFC 3261 section 17.1.2. */

import { BaseClientTransaction, type ClientOptions } from "./base_client_transaction.ts";
import type { SipResponse } from "./message.ts";
import type { TransactionContext } from "./transaction_context.ts";

/** `trying` ──1xx──▶ `proceeding` ──200-699──▶ `completed` ──K──▶ `terminated`. */
export type ClientState = "trying" | "completed";

/** A request of ours on its way to one peer. */
export class ClientTransaction extends BaseClientTransaction<ClientState> {
  readonly #options: ClientOptions;

  /** Sends the request. */
  constructor(context: TransactionContext, options: ClientOptions) {
    super(context, options, { state: "trying", maxMs: context.t2 });
    this.#options = options;
  }

  receive(response: SipResponse): void {
    if (this.state !== "trying" && this.state !== "proceeding") return;
    if (response.status < 200) {
      if (this.state === "trying") this.repeater?.slowDown();
      this.state = "proceeding";
    } else {
      this.state = "completed";
      this.repeater?.stop();
      this.stopWaiting();
      // Timer K: the response may come again and is then taken in silence.
      if (this.#options.flow.reliable) this.terminate();
      else this.terminateAfter(this.context.t4);
    }
    this.#options.onResponse(response);
  }
}
