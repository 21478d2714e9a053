/** The requests that went out: each response finds its own. */

import { ClientTransaction } from "./client_transaction.ts";
import { parseCSeq } from "./cseq.ts";
import { type InviteClientOptions, InviteClientTransaction } from "./invite_client_transaction.ts";
import type { SipResponse } from "./message.ts";
import type { TransactionContext } from "./transaction_context.ts";
import { parseVias } from "./via.ts";

/** A request on its way. */
export interface PendingRequest {
  /** Forgets it without a word to whoever waits. */
  terminate(): void;
}

/** All client transactions of a user agent. */
export class ClientTransactions {
  readonly #context: TransactionContext;
  readonly #byKey = new Map<string, InviteClientTransaction | ClientTransaction>();

  constructor(context: TransactionContext) {
    this.#context = context;
  }

  /** How many there are. */
  get size(): number {
    return this.#byKey.size;
  }

  /**
   * Sends a request.
   *
   * @param branch that of its Via, which must be unique; a CANCEL has that of its INVITE
   */
  begin(branch: string, method: string, options: ClientRequestOptions): PendingRequest {
    const key = `${branch} ${method}`;
    const { counters } = this.#context;
    const onTerminated = () => {
      this.#byKey.delete(key);
      counters.transactions--;
    };
    const all = { ...options, onTerminated };
    const transaction = method === "INVITE"
      ? new InviteClientTransaction(this.#context, all)
      : new ClientTransaction(this.#context, all);
    this.#byKey.set(key, transaction);
    counters.transactions++;
    return transaction;
  }

  /** Takes a response from the network; one that answers nothing of ours is counted. */
  receive(response: SipResponse): void {
    const { headers } = response;
    const vias = parseVias(headers);
    const method = parseCSeq(headers.get("CSeq")!)?.method;
    const branch = vias?.[0].params.get("branch");
    const transaction = this.#byKey.get(`${branch} ${method}`);
    // RFC 3261 section 8.1.3.3: one with several Vias is not for us.
    if (transaction === undefined || vias?.length !== 1) this.#context.counters.stray++;
    else transaction.receive(response);
  }

  /** Forgets everything at once. */
  clear(): void {
    for (const transaction of [...this.#byKey.values()]) transaction.terminate();
  }
}

/** What {@linkcode ClientTransactions.begin} needs. */
export type ClientRequestOptions = Omit<InviteClientOptions, "onTerminated">;
