/** The state that two ends share, RFC 3261 section 12. */

import { parseNameAddr, parseNameAddrs } from "./name_addr.ts";
import { parseCSeq } from "./cseq.ts";
import { formatHostPort } from "./host_port.ts";
import type { SipRequest, SipResponse } from "./message.ts";
import type { ServerRequest } from "./server_request.ts";
import { tagOf } from "./server_request.ts";
import type { SipFlow } from "./sip_flow.ts";
import { SipHeaders } from "./sip_headers.ts";
import type { SipRoute } from "./request_sender.ts";
import { parseUri } from "./uri.ts";

/** What a dialog starts with. */
export interface DialogStart {
  readonly callId: string;
  readonly localTag: string;
  readonly remoteTag: string;
  /** The value of From in our requests, tag included. */
  readonly localAddress: string;
  /** The value of To in our requests, tag included. */
  readonly remoteAddress: string;
  /** The URI of the peer's Contact. */
  readonly remoteTarget: string;
  /** URIs of proxies to pass, the nearest first, in angle brackets and with their parameters. */
  readonly routes: readonly string[];
  readonly localCSeq: number;
  readonly remoteCSeq: number | undefined;
  /** Our own Contact. */
  readonly contact: string;
  /** The way on which the peer's INVITE came, or ours went out. */
  readonly flow: SipFlow;
  /** True when the peer's own addresses do not lead to it. */
  readonly isBehindNat: boolean;
  /** True when it is known that somebody at the far end of `flow` takes part. */
  readonly isProven: boolean;
}

/** One dialog. */
export class Dialog {
  readonly start: DialogStart;
  /** The URI of the peer's Contact, as its last INVITE or UPDATE said. */
  remoteTarget: string;
  #localCSeq: number;
  #remoteCSeq: number | undefined;
  #flow: SipFlow;
  #isBehindNat: boolean;
  #isProven: boolean;
  #unwatch: () => void;

  constructor(start: DialogStart) {
    this.start = start;
    this.#flow = start.flow;
    this.#isBehindNat = start.isBehindNat;
    this.#isProven = start.isProven;
    this.#unwatch = keep(start.flow);
    this.remoteTarget = start.remoteTarget;
    this.#localCSeq = start.localCSeq;
    this.#remoteCSeq = start.remoteCSeq;
  }

  /** What the requests of the peer are found by. */
  get key(): string {
    const { callId, localTag, remoteTag } = this.start;
    return dialogKey(callId, localTag, remoteTag);
  }

  /** The number that the last request of ours had. */
  get localCSeq(): number {
    return this.#localCSeq;
  }

  /** Notes the number of a request that came. False when it is not above the one before. */
  takeCSeq(cseq: number): boolean {
    if (this.#remoteCSeq !== undefined && cseq <= this.#remoteCSeq) return false;
    this.#remoteCSeq = cseq;
    return true;
  }

  /** Follows the Contact of a 2xx to an INVITE of ours. */
  refreshTarget(headers: SipHeaders): void {
    const target = contactUri(headers);
    if (target !== undefined) this.remoteTarget = target;
  }

  /** Follows an INVITE or UPDATE that was accepted to where the peer is now. */
  follow(request: ServerRequest): void {
    const target = contactUri(request.message.headers);
    if (target === undefined) return;
    this.remoteTarget = target;
    this.#isBehindNat = isBehindNat(request, target);
    this.#unwatch();
    this.#flow = request.flow;
    this.#unwatch = keep(request.flow);
  }

  /** The peer has acknowledged our answer, so that what it says of its address may be believed. */
  prove(): void {
    this.#isProven = true;
  }

  /** Lets go of the connection. */
  close(): void {
    this.#unwatch();
  }

  /**
   * A request in this dialog, without Via and body.
   *
   * @param cseq only for an ACK, which has the number of its INVITE; else the next one
   */
  request(method: string, cseq: number = ++this.#localCSeq): SipRequest {
    const { callId, localAddress, remoteAddress, contact, routes } = this.start;
    const headers = new SipHeaders([["Max-Forwards", "70"]]);
    const isStrict = routes.length > 0 && !isLoose(routes[0]);
    // RFC 3261 section 12.2.1.1: a strict router finds itself in the Request-URI.
    const through = isStrict ? [...routes.slice(1), `<${this.remoteTarget}>`] : routes;
    for (const route of through) headers.append("Route", route);
    headers.append("From", localAddress).append("To", remoteAddress);
    headers.append("Call-ID", callId).append("CSeq", `${cseq} ${method}`);
    if (method !== "BYE" && method !== "ACK") headers.append("Contact", contact);
    const uri = isStrict ? uriOf(routes[0]) : this.remoteTarget;
    return { method, uri, headers, body: new Uint8Array(0) };
  }

  /** Where requests in this dialog go. */
  get route(): SipRoute {
    const { routes } = this.start;
    const flow = this.#flow;
    const { address, port, transport } = flow.remote;
    // A stranger's INVITE may name anybody as its Contact. Until its sender has shown that it hears
    // us, nothing goes elsewhere than back to it, and no name is looked up.
    if (!this.#isProven) {
      const nextHop = `sip:${formatHostPort(address, port)};transport=${transport}`;
      return { nextHop, transport, flow, isPinned: true };
    }
    const nextHop = routes.length > 0 ? uriOf(routes[0]) : this.remoteTarget;
    return { nextHop, transport, flow, isPinned: this.#isBehindNat && routes.length === 0 };
  }
}

/** What a dialog is found by. */
export function dialogKey(callId: string, localTag: string, remoteTag: string): string {
  return `${callId} ${localTag} ${remoteTag}`;
}

/** The dialog that an INVITE from a peer makes. */
export function dialogOfRequest(request: ServerRequest, contact: string): Dialog {
  const { message: { headers }, flow, callId, fromTag, localTag, cseq } = request;
  const remoteTarget = contactUri(headers) ?? uriOf(headers.get("From")!);
  return new Dialog({
    callId,
    localTag,
    remoteTag: fromTag,
    localAddress: `${headers.get("To")!};tag=${localTag}`,
    remoteAddress: headers.get("From")!,
    remoteTarget,
    routes: routesOf(headers),
    localCSeq: 0,
    remoteCSeq: cseq,
    contact,
    flow,
    isBehindNat: isBehindNat(request, remoteTarget),
    isProven: false,
  });
}

/** The dialog that a response to our INVITE makes. */
export function dialogOfResponse(
  invite: SipRequest,
  response: SipResponse,
  { flow, contact }: { readonly flow: SipFlow; readonly contact: string },
): Dialog {
  const { headers } = response;
  const remoteAddress = headers.get("To")!;
  const localAddress = invite.headers.get("From")!;
  return new Dialog({
    callId: invite.headers.get("Call-ID")!,
    localTag: tagOf(localAddress),
    remoteTag: tagOf(remoteAddress),
    localAddress,
    remoteAddress,
    remoteTarget: contactUri(headers) ?? invite.uri,
    routes: routesOf(headers).reverse(),
    localCSeq: parseCSeq(invite.headers.get("CSeq")!)!.number,
    remoteCSeq: undefined,
    contact,
    flow,
    isBehindNat: false,
    isProven: true,
  });
}

/** A connection that carries a call is not idle. Its end is no end of the call. */
function keep(flow: SipFlow): () => void {
  return flow.watch(() => {});
}

/** The URI of the first Contact, or undefined. */
export function contactUri(headers: SipHeaders): string | undefined {
  const line = headers.get("Contact");
  return line === undefined ? undefined : parseNameAddrs([line])?.[0].uri;
}

function routesOf(headers: SipHeaders): string[] {
  return (parseNameAddrs(headers.getAll("Record-Route")) ?? []).map(({ uri }) => `<${uri}>`);
}

function isLoose(route: string): boolean {
  return parseUri(uriOf(route))?.params.has("lr") ?? false;
}

function uriOf(address: string): string {
  return parseNameAddr(address)?.uri ?? "";
}

/**
 * True when nobody stands between us and a peer that gives, as its address, one it does not send
 * from: a phone behind a NAT. It is reached on the way its INVITE came.
 */
function isBehindNat({ message, via, flow }: ServerRequest, target: string): boolean {
  const vias = message.headers.getAll("Via");
  if (vias.length > 1 || vias[0].includes(",") || via.host === flow.remote.address) return false;
  return parseUri(target)?.host === via.host;
}
