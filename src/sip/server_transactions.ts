/** The requests that came: each is handed on once, however often it comes. */

import type { Random } from "../clock/mod.ts";
import { InviteServerTransaction } from "./invite_server_transaction.ts";
import type { ServerRequest } from "./server_request.ts";
import { ServerTransaction } from "./server_transaction.ts";
import { count } from "./sip_counters.ts";
import type { SipFlow } from "./sip_flow.ts";
import type { SipLimits } from "./sip_limits.ts";
import { StatelessReplies } from "./stateless_replies.ts";
import { Tally } from "./tally.ts";
import type { TransactionContext } from "./transaction_context.ts";
import { mergeKey, transactionKey } from "./transaction_key.ts";

/** What the server transactions are given. */
export interface ServerTransactionsOptions {
  readonly context: TransactionContext;
  readonly maxTransactions: number;
  readonly maxTransactionsPerSource: number;
  readonly random: Random;
  /** True for a request within a dialog there is. */
  readonly isInDialog: (request: ServerRequest) => boolean;
  /** Where the responses to a request go. */
  readonly replyFlow: (request: ServerRequest) => SipFlow;
  /** A new request; whoever gets it answers it. */
  readonly onRequest: (request: ServerRequest) => void;
  /** A new call was refused as there are too many requests. */
  readonly onRefused: () => void;
  /** An ACK of a 2xx, or a stray one. */
  readonly onAck: (request: ServerRequest) => void;
}

/** Transactions of one dialog that are taken although there are `maxTransactions`. */
const SPARE_PER_DIALOG = 32;

interface Entry {
  readonly transaction: InviteServerTransaction | ServerTransaction;
  /** The request, until its final response was sent. */
  request: ServerRequest | undefined;
}

/** All server transactions of a user agent. */
export class ServerTransactions {
  readonly #options: ServerTransactionsOptions;
  readonly #byKey = new Map<string, Entry>();
  /** The transaction key of each request outside of a dialog, by what several copies have alike. */
  readonly #merged = new Map<string, string>();
  /** By the source of a new INVITE, and by the dialog of any other request. */
  readonly #shares = new Tally();
  readonly #stateless: StatelessReplies;
  /** Refusals whose ACK somebody waits for. */
  readonly #awaited = new Set<InviteServerTransaction>();
  readonly #onAcknowledged: (() => void)[] = [];

  constructor(options: ServerTransactionsOptions) {
    this.#options = options;
    this.#stateless = new StatelessReplies(options.random);
  }

  /** How many there are. */
  get size(): number {
    return this.#byKey.size;
  }

  /** Takes a request from the network. */
  receive(request: ServerRequest): void {
    const isAck = request.method === "ACK";
    const key = transactionKey(request, isAck ? "INVITE" : request.method);
    const entry = this.#byKey.get(key);
    if (isAck) this.#receiveAck(request, entry);
    else if (entry === undefined) this.#begin(request, key);
    else {
      this.#options.context.counters.repeatedRequests++;
      entry.transaction.repeat();
    }
  }

  /** The INVITE that a CANCEL is about, while it is unanswered; `undefined` when none is known. */
  inviteOf(cancel: ServerRequest): { readonly pending: ServerRequest | undefined } | undefined {
    const entry = this.#byKey.get(transactionKey(cancel, "INVITE"));
    return entry && { pending: entry.transaction.isOpen ? entry.request : undefined };
  }

  /** Answers without remembering, as servers under load do; sends nothing for an ACK. */
  respondOnce(request: ServerRequest, status: number, headers: [string, string][] = []): void {
    if (request.method === "ACK") return;
    this.#options.replyFlow(request).send(request.response(status, { headers }));
  }

  /** Resolves when all refusals of INVITEs that were sent up to now have been acknowledged. */
  whenAcknowledged(): Promise<void> {
    for (const { transaction } of this.#byKey.values()) {
      const isInvite = transaction instanceof InviteServerTransaction;
      if (isInvite && transaction.state === "completed") this.#awaited.add(transaction);
    }
    if (this.#awaited.size === 0) return Promise.resolve();
    return new Promise((resolve) => void this.#onAcknowledged.push(resolve));
  }

  /** Forgets everything at once. */
  clear(): void {
    for (const { transaction } of [...this.#byKey.values()]) transaction.terminate();
  }

  #receiveAck(ack: ServerRequest, entry: Entry | undefined): void {
    const transaction = entry?.transaction;
    if (transaction instanceof InviteServerTransaction && transaction.state !== "accepted") {
      transaction.acknowledge();
      if (this.#awaited.delete(transaction) && this.#awaited.size === 0) {
        for (const resolve of this.#onAcknowledged.splice(0)) resolve();
      }
    } else {
      this.#options.onAck(ack);
    }
  }

  /**
   * Only what must be known when it comes again is remembered: INVITEs, what is within a dialog, and
   * the CANCEL of an INVITE there is. So nobody can fill the memory with other requests.
   */
  #begin(request: ServerRequest, key: string): void {
    const { context, replyFlow, onRequest, onRefused, isInDialog } = this.#options;
    const isKnown = isInDialog(request) ||
      request.method === "CANCEL" && this.#byKey.has(transactionKey(request, "INVITE"));
    if (!isKnown && request.method !== "INVITE") {
      this.#stateless.prepare(request, key, replyFlow(request));
      return onRequest(request);
    }
    const share = isKnown ? `${request.callId} ${request.fromTag}` : request.flow.remote.address;
    const limit = this.#limitReached(share, isKnown);
    if (limit !== undefined) {
      count(context.counters.refused, limit);
      if (!isKnown) onRefused();
      return this.respondOnce(request, 503, [["Retry-After", "10"]]);
    }
    const merge = request.toTag === "" && request.method !== "CANCEL" ? mergeKey(request) : "";
    const forget = () => {
      this.#byKey.delete(key);
      this.#shares.remove(share);
      if (merge !== "" && this.#merged.get(merge) === key) this.#merged.delete(merge);
      context.counters.transactions--;
    };
    const flow = replyFlow(request);
    const transaction = request.method === "INVITE"
      ? new InviteServerTransaction(context, flow, forget)
      : new ServerTransaction(context, flow, forget);
    const entry: Entry = { transaction, request };
    this.#byKey.set(key, entry);
    this.#shares.add(share);
    context.counters.transactions++;
    request.replyFlow = flow;
    request.responder = {
      get isOpen() {
        return transaction.isOpen;
      },
      respond(status, data) {
        if (status >= 200) entry.request = undefined;
        transaction.respond(status, data);
      },
    };
    if (merge === "") onRequest(request);
    else if (this.#merged.has(merge)) request.respond(482);
    else {
      this.#merged.set(merge, key);
      onRequest(request);
    }
  }

  /** A call there is can be changed and ended however many others knock. */
  #limitReached(share: string, isKnown: boolean): keyof SipLimits | undefined {
    const { maxTransactions, maxTransactionsPerSource } = this.#options;
    const own = this.#shares.of(share);
    if (!isKnown && own >= maxTransactionsPerSource) return "maxTransactionsPerSource";
    const isSpare = isKnown && own < SPARE_PER_DIALOG;
    return this.#byKey.size >= maxTransactions && !isSpare ? "maxTransactions" : undefined;
  }
}
