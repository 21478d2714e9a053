/** A request that came, with what is needed to answer it. */

import { type Random, token } from "../clock/mod.ts";
import { parseCSeq } from "./cseq.ts";
import type { SipRequest } from "./message.ts";
import { parseNameAddr } from "./name_addr.ts";
import { reasonPhrase } from "./reason_phrase.ts";
import { serializeMessage } from "./serialize_message.ts";
import type { SipFlow } from "./sip_flow.ts";
import { SipHeaders } from "./sip_headers.ts";
import { splitList } from "./split_list.ts";
import { viasToEcho } from "./stamp_via.ts";
import { parseVia, type Via } from "./via.ts";

/** Shared by all requests of a user agent. */
export interface ServerContext {
  readonly random: Random;
  /** The value of the Server field. */
  readonly userAgent: string;
}

/** What a response says besides its status. */
export interface ResponseParts {
  /** @default the usual reason for the status */
  readonly reason?: string;
  /** Fields after those that every response has. */
  readonly headers?: readonly (readonly [name: string, value: string])[];
  /** @default none */
  readonly body?: Uint8Array;
}

/** Sends what it is given, and remembers it as a transaction does. */
export interface Responder {
  readonly isOpen: boolean;
  respond(status: number, data: Uint8Array): void;
}

const NO_BODY = new Uint8Array(0);

/** One request. All its responses carry the same To tag, RFC 3261 section 8.2.6.2. */
export class ServerRequest {
  readonly message: SipRequest;
  /** Where it came from. */
  readonly flow: SipFlow;
  readonly callId: string;
  readonly cseq: number;
  /** Empty in a request of RFC 2543. */
  readonly fromTag: string;
  /** Empty outside of a dialog. */
  readonly toTag: string;
  /** The top Via as it was written. */
  readonly via: Via;
  /** Sends the responses; undefined for an ACK, which has none. */
  responder: Responder | undefined;
  /** Where responses go; undefined for an ACK. */
  replyFlow: SipFlow | undefined;
  /** Called when the peer cancels this INVITE; whoever sets it answers with 487. */
  onCancel: ((cancel: ServerRequest) => void) | undefined;
  readonly #context: ServerContext;
  #localTag: string;
  #vias: readonly string[] | undefined;

  /** @param message one that the parser has accepted */
  constructor(message: SipRequest, flow: SipFlow, context: ServerContext) {
    const { headers } = message;
    this.message = message;
    this.flow = flow;
    this.#context = context;
    this.via = parseVia(splitList(headers.get("Via")!)[0])!;
    this.callId = headers.get("Call-ID")!;
    this.cseq = parseCSeq(headers.get("CSeq")!)!.number;
    this.fromTag = tagOf(headers.get("From")!);
    this.toTag = tagOf(headers.get("To")!);
    this.#localTag = this.toTag;
  }

  get method(): string {
    return this.message.method;
  }

  /** True while no final response was sent. */
  get isOpen(): boolean {
    return this.responder?.isOpen ?? false;
  }

  /** The tag that responses put into To: that of the request, or a new one. */
  get localTag(): string {
    if (this.#localTag === "") this.#localTag = token(this.#context.random, 12);
    return this.#localTag;
  }

  set localTag(tag: string) {
    this.#localTag = tag;
  }

  /** Sends a response. Does nothing after the final one. */
  respond(status: number, parts: ResponseParts = {}): void {
    if (!this.isOpen) return;
    this.responder!.respond(status, this.response(status, parts));
  }

  /** The bytes of a response. */
  response(status: number, parts: ResponseParts = {}): Uint8Array {
    const { reason = reasonPhrase(status), headers = [], body = NO_BODY } = parts;
    const request = this.message.headers;
    const fields = new SipHeaders();
    this.#vias ??= viasToEcho(request.getAll("Via"), this.via, this.flow.remote);
    for (const via of this.#vias) fields.append("Via", via);
    fields.append("From", request.get("From")!);
    // A 100 has no tag, as it makes no dialog.
    const to = request.get("To")!;
    fields.append("To", this.toTag !== "" || status === 100 ? to : `${to};tag=${this.localTag}`);
    fields.append("Call-ID", this.callId).append("CSeq", request.get("CSeq")!);
    if (this.toTag === "" && this.method === "INVITE" && status > 100 && status < 300) {
      for (const route of request.getAll("Record-Route")) fields.append("Record-Route", route);
    }
    const timestamp = request.get("Timestamp");
    if (timestamp !== undefined) fields.append("Timestamp", timestamp);
    fields.append("Server", this.#context.userAgent);
    for (const [name, value] of headers) fields.append(name, value);
    return serializeMessage({ status, reason, headers: fields, body });
  }
}

/** The tag parameter of a From or To, or empty. */
export function tagOf(value: string): string {
  return parseNameAddr(value)?.params.get("tag") ?? "";
}
