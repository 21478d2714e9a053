/** Changes of the session that the peer asks for, RFC 3261 section 14.2 and RFC 3311. */

import { AnswerRepeater } from "./answer_repeater.ts";
import { isOneLine } from "./chars.ts";
import { ACCEPT, ALLOW, SUPPORTED } from "./capabilities.ts";
import { fraction } from "../clock/mod.ts";
import type { OfferState } from "./offer_state.ts";
import { isSameSession, sessionOf } from "./sdp_body.ts";
import type { ResponseParts, ServerRequest } from "./server_request.ts";
import { answerTerms } from "./session_terms.ts";
import type { OfferReply } from "./sip_call_handlers.ts";

type Fields = readonly (readonly [name: string, value: string])[];

interface Unacknowledged {
  readonly repeater: AnswerRepeater;
  /** True when our 2xx made the offer, so that the ACK brings the answer. */
  readonly wantsAnswer: boolean;
}

/** Answers the INVITEs and UPDATEs of one dialog. */
export class ReceivedOffers {
  readonly #state: OfferState;
  readonly #unacknowledged = new Map<number, Unacknowledged>();

  constructor(state: OfferState) {
    this.#state = state;
  }

  /** A re-INVITE or an UPDATE came. */
  receive(request: ServerRequest): void {
    const { headers } = request.message;
    const offer = sessionOf(request.message);
    const refusal = this.#glare(request, offer !== undefined);
    if (refusal !== undefined) return request.respond(refusal.status, refusal.parts);
    if (offer === "unsupported") return request.respond(415, unsupportedBody());
    const { core, handlers } = this.#state;
    if (answerTerms(headers, core) === "too-small") {
      return request.respond(422, { headers: [["Min-SE", String(core.minSessionExpires)]] });
    }
    if (request.method === "UPDATE" && offer === undefined) return this.#accept(request, undefined);
    this.#state.incoming = request;
    request.onCancel = () => this.#refuse(request, 487);
    const { onOffer } = handlers;
    if (onOffer === undefined) return this.#settle(request, offer, this.#usualReply(offer));
    const reply = core.guard(() => onOffer(offer)) ?? { status: 500 };
    if (!(reply instanceof Promise)) return this.#settle(request, offer, reply);
    if (request.method === "INVITE") request.respond(100);
    reply.then(
      (settled) => this.#settle(request, offer, settled),
      (error) => {
        core.guard(() => {
          throw error;
        });
        this.#refuse(request, 500);
      },
    );
  }

  /**
   * Accepts an INVITE, the first or a later one, and repeats that until its ACK comes.
   *
   * @param offer what the INVITE offered; undefined makes `sdp` the offer
   */
  answer(
    request: ServerRequest,
    sdp: Uint8Array,
    { offer, headers = [] }: { offer: Uint8Array | undefined; headers?: Fields },
  ): void {
    const { core, onLost } = this.#state;
    this.#remember(offer, sdp);
    const data = request.response(200, {
      headers: [...this.#acceptance(request), ["Content-Type", "application/sdp"], ...headers],
      body: sdp,
    });
    const { replyFlow, cseq } = request;
    request.responder?.respond(200, data);
    const repeater = new AnswerRepeater(core.context, () => replyFlow?.send(data), () => {
      this.#settled(cseq);
      onLost(408);
    });
    this.#unacknowledged.set(cseq, { repeater, wantsAnswer: offer === undefined });
    this.#state.unacknowledged = this.#unacknowledged.size;
  }

  /** True while the ACK of our answer with this number has not come. */
  awaitsAck(cseq: number): boolean {
    return this.#unacknowledged.has(cseq);
  }

  /** An ACK that was awaited came; it is incomplete when it lacks the answer that it must bring. */
  acknowledge(ack: ServerRequest): "complete" | "incomplete" {
    const found = this.#unacknowledged.get(ack.cseq)!;
    found.repeater.stop();
    this.#settled(ack.cseq);
    if (!found.wantsAnswer) return "complete";
    const sdp = sessionOf(ack.message);
    if (!(sdp instanceof Uint8Array)) return "incomplete";
    this.#state.remoteSdp = sdp;
    this.#state.core.guard(() => this.#state.handlers.onAnswer?.(sdp));
    return "complete";
  }

  /** Answers what waits, as the session is over. */
  close(): void {
    if (this.#state.incoming !== undefined) this.#refuse(this.#state.incoming, 487);
  }

  /** Stops repeating answers. */
  stopRepeating(): void {
    for (const { repeater } of this.#unacknowledged.values()) repeater.stop();
    this.#unacknowledged.clear();
    this.#state.unacknowledged = 0;
  }

  /** Why this is not the moment, RFC 3261 section 14.2 and RFC 3311 section 5.2. */
  #glare(
    request: ServerRequest,
    hasOffer: boolean,
  ): { status: number; parts?: ResponseParts } | undefined {
    const { outgoing, incoming, isAnswered, core } = this.#state;
    const isInvite = request.method === "INVITE";
    const changes = isInvite || hasOffer;
    const isOurs = outgoing === "INVITE" || (outgoing === "UPDATE" && hasOffer) ||
      [...this.#unacknowledged.values()].some(({ wantsAnswer }) => wantsAnswer);
    if (changes && isOurs) return { status: 491 };
    if (changes && (incoming !== undefined || !isAnswered())) {
      const seconds = Math.floor(fraction(core.random) * 11);
      return { status: 500, parts: { headers: [["Retry-After", String(seconds)]] } };
    }
    return undefined;
  }

  /** Without anybody to ask, what was good before is good again. */
  #usualReply(offer: Uint8Array | undefined): OfferReply {
    const { localSdp, remoteSdp } = this.#state;
    const isKnown = offer === undefined || isSameSession(offer, remoteSdp);
    return isKnown && localSdp !== undefined ? localSdp : { status: 488 };
  }

  #settle(request: ServerRequest, offer: Uint8Array | undefined, reply: OfferReply): void {
    // Meanwhile the request may have been cancelled, or the call ended.
    if (this.#state.incoming !== request) return;
    if (!(reply instanceof Uint8Array)) {
      const { status, reason } = reply;
      const isRefusal = Number.isInteger(status) && status >= 300 && status <= 699;
      const isSendable = reason === undefined || isOneLine(reason);
      return this.#refuse(request, isRefusal ? status : 500, isSendable ? { reason } : {});
    }
    this.#state.incoming = undefined;
    if (request.method === "INVITE") {
      this.#state.dialog.follow(request);
      this.answer(request, reply, { offer });
    } else this.#accept(request, reply, offer);
    this.#state.onFree();
  }

  /** Accepts an UPDATE. */
  #accept(request: ServerRequest, sdp: Uint8Array | undefined, offer?: Uint8Array): void {
    this.#state.dialog.follow(request);
    const headers = [...this.#acceptance(request)];
    if (sdp === undefined) return request.respond(200, { headers });
    this.#remember(offer, sdp);
    headers.push(["Content-Type", "application/sdp"]);
    request.respond(200, { headers, body: sdp });
  }

  #refuse(request: ServerRequest, status: number, parts: ResponseParts = {}): void {
    if (this.#state.incoming === request) this.#state.incoming = undefined;
    request.respond(status, parts);
    this.#state.onFree();
  }

  /** The fields of a 2xx that accepts a session, with the session timer set going. */
  #acceptance({ message }: ServerRequest): [name: string, value: string][] {
    const { core, dialog, timer, isAnswered } = this.#state;
    const answer = answerTerms(message.headers, core);
    const headers: [string, string][] = [["Contact", dialog.start.contact]];
    headers.push(["Allow", ALLOW], ["Supported", SUPPORTED]);
    // RFC 4028 section 10: the session begins with the 2xx to the INVITE, and its timer with it.
    if (answer === "too-small" || !isAnswered()) return headers;
    timer.restart(answer.terms);
    for (const [name, value] of answer.headers) headers.push([name, value]);
    return headers;
  }

  #remember(offer: Uint8Array | undefined, sdp: Uint8Array): void {
    if (offer !== undefined) this.#state.remoteSdp = offer;
    this.#state.localSdp = sdp;
  }

  #settled(cseq: number): void {
    this.#unacknowledged.delete(cseq);
    this.#state.unacknowledged = this.#unacknowledged.size;
    this.#state.onFree();
  }
}

/** What a 415 tells of what would do. */
export function unsupportedBody(): ResponseParts {
  return { headers: [["Accept", ACCEPT], ["Accept-Encoding", "identity"]] };
}
