/** Sends requests: finds the way, writes the Via, begins the transaction. */

import { type Random, type Timer, token, within } from "../clock/mod.ts";
import type { ClientTransactions, PendingRequest } from "./client_transactions.ts";
import { parseCSeq } from "./cseq.ts";
import { formatHostPort } from "./host_port.ts";
import { locate, type Lookup } from "./locate.ts";
import type { SipRequest, SipResponse } from "./message.ts";
import { serializeMessage } from "./serialize_message.ts";
import type { SipEndpoint, SipTransport } from "./sip_endpoint.ts";
import type { SipFlow } from "./sip_flow.ts";
import { SipHeaders } from "./sip_headers.ts";
import { longestWait, type TransactionContext } from "./transaction_context.ts";
import { BRANCH_COOKIE } from "./transaction_key.ts";

/** What a {@linkcode RequestSender} needs. */
export interface RequestSenderOptions {
  readonly context: TransactionContext;
  readonly transactions: ClientTransactions;
  readonly random: Random;
  readonly lookup: Lookup;
  readonly flowTo: (remote: SipEndpoint) => SipFlow | undefined;
  /** The host and port that Via tells. */
  readonly sentBy: () => { readonly host: string; readonly port: number };
  /** UDP requests longer than this go by TCP. */
  readonly tcpAboveBytes: number;
}

/** Where a request goes. */
export interface SipRoute {
  /** The URI of the next hop. */
  readonly nextHop: string;
  /** Used when the URI does not say. */
  readonly transport: SipTransport;
  /** Taken when it is up and leads to the address of the next hop, or when nothing else leads there. */
  readonly flow?: SipFlow;
  /** True to take `flow` wherever it leads, as long as it is up: the peer is behind a NAT. */
  readonly isPinned?: boolean;
}

/** What becomes of a request. */
export interface RequestEvents {
  readonly onResponse: (response: SipResponse) => void;
  /** No final response will come: 408 after silence, 503 when it could not be sent. */
  readonly onFailure: (status: 408 | 503) => void;
}

/** How long a request waits for the address of its next hop. */
const LOOKUP_MS = 10_000;
const NO_BODY = new Uint8Array(0);

/** The one way out for requests. */
export class RequestSender {
  readonly #options: RequestSenderOptions;

  constructor(options: RequestSenderOptions) {
    this.#options = options;
  }

  /** Sends a request. `message` has no Via yet. Events come after this has returned. */
  send(message: SipRequest, route: SipRoute, events: RequestEvents): SentRequest {
    const sent = new SentRequest(message, events, this.#options);
    this.#onFlow(route, (flow) => sent.begin(flow), () => sent.fail());
    return sent;
  }

  /** Sends the ACK of a 2xx. Calling the result sends it again, as each repeated 2xx asks for. */
  sendAck(message: SipRequest, route: SipRoute): () => void {
    let again = () => {};
    this.#onFlow(route, (flow) => {
      const branch = newBranch(this.#options.random);
      const data = serializeMessage(withVia(message, viaOf(flow, branch, this.#options)));
      flow.send(data);
      again = () => flow.send(data);
    }, () => {});
    return () => again();
  }

  #onFlow(route: SipRoute, go: (flow: SipFlow) => void, fail: () => void): void {
    const { flow, isPinned = false, nextHop, transport } = route;
    if (flow?.isUp && isPinned) return go(flow);
    // A peer's Contact may be one we cannot follow. Whence it was heard, it may still be reached.
    const astray = flow?.isUp ? () => go(flow) : fail;
    const found = (target: SipEndpoint) => {
      const fits = flow?.isUp && flow.remote.address === target.address &&
        flow.remote.transport === target.transport && target.transport === "tcp";
      const chosen = fits ? flow : this.#options.flowTo(target);
      if (chosen === undefined) later(astray);
      else go(chosen);
    };
    const target = this.#locate(nextHop, transport);
    if (target === undefined) later(astray);
    else if (target instanceof Promise) target.then(found, astray).catch(fail);
    else found(target);
  }

  /** A peer's Contact or Record-Route may hold a URI that we cannot follow. */
  #locate(uri: string, transport: SipTransport): ReturnType<typeof locate> | undefined {
    try {
      return locate(uri, transport, (host) => this.#lookup(host));
    } catch {
      return undefined;
    }
  }

  /** The machine's own resolver may take minutes to give up. */
  async #lookup(host: string): Promise<string> {
    const { lookup, context } = this.#options;
    const address = lookup(host);
    if (await within(context.clock, address, LOOKUP_MS)) return address;
    throw new Error(`Cannot find ${host} as no name server answers within ${LOOKUP_MS} ms`);
  }
}

/** A request that was sent. */
export class SentRequest {
  readonly #message: SipRequest;
  readonly #events: RequestEvents;
  readonly #options: RequestSenderOptions;
  #pending: PendingRequest | undefined;
  #flow: SipFlow | undefined;
  #via = "";
  #branch = "";
  #isOver = false;
  #hasProgress = false;
  #isAnswered = false;
  #patience: Timer | undefined;

  constructor(message: SipRequest, events: RequestEvents, options: RequestSenderOptions) {
    this.#message = message;
    this.#events = events;
    this.#options = options;
  }

  /** The flow it went on; undefined while the next hop is looked up. */
  get flow(): SipFlow | undefined {
    return this.#flow;
  }

  /** Sends it on a flow. */
  begin(flow: SipFlow): void {
    if (this.#isOver) return;
    const { random, tcpAboveBytes, flowTo, transactions } = this.#options;
    this.#branch = newBranch(random);
    this.#via = viaOf(flow, this.#branch, this.#options);
    let data = serializeMessage(withVia(this.#message, this.#via));
    this.#flow = flow;
    if (!flow.reliable && data.length > tcpAboveBytes) {
      const tcp = flowTo({ ...flow.remote, transport: "tcp" });
      if (tcp !== undefined) {
        this.#flow = tcp;
        this.#via = viaOf(tcp, this.#branch, this.#options);
        data = serializeMessage(withVia(this.#message, this.#via));
      }
    }
    this.#pending = transactions.begin(this.#branch, this.#message.method, {
      onResponse: (response) => {
        this.#hasProgress = true;
        if (response.status >= 200) this.#answered();
        this.#events.onResponse(response);
      },
      onFailure: (status) => {
        this.#answered();
        this.#events.onFailure(status);
      },
      data,
      flow: this.#flow,
      acknowledge: (refusal) => serializeMessage(this.#follower("ACK", refusal.headers.get("To")!)),
    });
  }

  /** There is no way to send it. */
  fail(): void {
    if (!this.#isOver) this.#events.onFailure(503);
  }

  /**
   * Sends a CANCEL for an INVITE and waits no longer than 64 * T1 for the end of that. One that has
   * had no provisional response may not be cancelled, and is forgotten; RFC 3261 section 9.1.
   */
  cancel(): void {
    if (this.#isOver || this.#isAnswered) return;
    if (this.#flow === undefined || !this.#hasProgress) return this.terminate();
    const { context, transactions } = this.#options;
    const cancel = this.#follower("CANCEL", this.#message.headers.get("To")!);
    this.#patience ??= context.clock.setTimer(() => {
      this.terminate();
      this.#events.onFailure(408);
    }, longestWait(context));
    transactions.begin(this.#branch, "CANCEL", {
      data: serializeMessage(cancel),
      flow: this.#flow,
      onResponse: () => {},
      onFailure: () => {},
      acknowledge: () => NO_BODY,
    });
  }

  /** Forgets it; no event comes any more. */
  terminate(): void {
    this.#isOver = true;
    this.#answered();
    this.#pending?.terminate();
  }

  #answered(): void {
    this.#isAnswered = true;
    this.#patience?.cancel();
  }

  /** A CANCEL or an ACK, which follow the way of their INVITE with the same branch. */
  #follower(method: string, to: string): SipRequest {
    const { uri, headers: from } = this.#message;
    const headers = new SipHeaders([["Via", this.#via], ["Max-Forwards", "70"]]);
    for (const route of from.getAll("Route")) headers.append("Route", route);
    headers.append("From", from.get("From")!).append("To", to);
    headers.append("Call-ID", from.get("Call-ID")!);
    headers.append("CSeq", `${parseCSeq(from.get("CSeq")!)!.number} ${method}`);
    return { method, uri, headers, body: NO_BODY };
  }
}

function viaOf(flow: SipFlow, branch: string, options: RequestSenderOptions): string {
  const { host, port } = options.sentBy();
  const transport = flow.remote.transport.toUpperCase();
  return `SIP/2.0/${transport} ${formatHostPort(host, port)};rport;branch=${branch}`;
}

function newBranch(random: Random): string {
  return BRANCH_COOKIE + token(random, 20);
}

function withVia(message: SipRequest, via: string): SipRequest {
  const { method, uri, headers, body } = message;
  return { method, uri, headers: new SipHeaders([["Via", via], ...headers]), body };
}

/** Nobody is told of a failure before the call that caused it has returned. */
function later(action: () => void): void {
  queueMicrotask(action);
}
