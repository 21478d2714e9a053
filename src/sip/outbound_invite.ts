/** A call that we make: the client's side of its INVITE, RFC 3261 section 13.2. */

import type { Timer } from "../clock/mod.ts";
import type { BaseCall } from "./base_call.ts";
import type { CallCore } from "./call_core.ts";
import { parseCSeq } from "./cseq.ts";
import { type Dialog, dialogOfResponse } from "./dialog.ts";
import { proofsOf } from "./dialog_client.ts";
import { DigestClient } from "./digest_client.ts";
import type { InviteOptions } from "./invite_options.ts";
import { type InvitePlan, inviteRequest, planInvite } from "./invite_request.ts";
import type { SipRequest, SipResponse } from "./message.ts";
import { OutboundCall } from "./outbound_call.ts";
import type { SentRequest } from "./request_sender.ts";
import { sessionOf } from "./sdp_body.ts";
import { tagOf } from "./server_request.ts";
import { Session, type SessionHost } from "./session.ts";
import { parseMinSe } from "./session_expires.ts";
import { agreedTerms } from "./session_terms.ts";
import type { SipCall } from "./sip_call.ts";
import type { OfferReply } from "./sip_call_handlers.ts";
import { SipStatusError } from "./sip_status_error.ts";

/** What an outgoing INVITE tells the user agent. */
export interface OutboundInviteEvents {
  /** It was answered. */
  readonly onCall: (call: BaseCall) => void;
  readonly onEnded: (call: BaseCall) => void;
  /** The INVITE needs no more attention. */
  readonly onDone: (invite: OutboundInvite) => void;
}

/** How many times an INVITE is sent again with a proof or a longer session timer. */
const MAX_TRIES = 5;
/** Branches of a forked call that are followed while they ring, and that may answer. */
const MAX_BRANCHES = 8;

/** An INVITE of ours, with its challenges, forks, and the end that it may come to before an answer. */
export class OutboundInvite {
  /** Settles when the call was answered, refused or given up. */
  readonly result: Promise<SipCall>;
  /** Resolves when the INVITE needs no more attention. */
  readonly done: Promise<void>;
  readonly #core: CallCore;
  readonly #plan: InvitePlan;
  readonly #events: OutboundInviteEvents;
  readonly #auth: DigestClient | undefined;
  readonly #early = new Map<string, Session>();
  /** Sends the ACK again, by the tag of the 2xx it is for. */
  readonly #acks = new Map<string, () => void>();
  #finish!: () => void;
  #resolve!: (call: SipCall) => void;
  #reject!: (error: SipStatusError) => void;
  #request!: SipRequest;
  #sent: SentRequest | undefined;
  #ringTimer: Timer | undefined;
  #tries = 0;
  #sessionExpires: number;
  #minSessionExpires: number;
  #earlySdp: Uint8Array | undefined;
  #hasProgress = false;
  #isCancelled = false;
  /** The tag of the 2xx that was taken for the call. */
  #answeredTag: string | undefined;
  #isSettled = false;

  /** @throws {SyntaxError} when an address cannot be read */
  constructor(core: CallCore, options: InviteOptions, events: OutboundInviteEvents) {
    this.#core = core;
    this.#plan = planInvite(core, options);
    this.#events = events;
    const { auth, ringTimeoutMs = 180_000, signal } = options;
    this.#auth = auth && new DigestClient(auth, core.random);
    this.#sessionExpires = core.sessionExpires;
    this.#minSessionExpires = core.minSessionExpires;
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.done = new Promise((resolve) => void (this.#finish = resolve));
    const onAbort = () => this.cancel(487, "it was cancelled", signal?.reason);
    signal?.addEventListener("abort", onAbort);
    const unlisten = () => signal?.removeEventListener("abort", onAbort);
    this.result.then(unlisten, unlisten);
    this.#ringTimer = core.context.clock.setTimer(
      () => this.cancel(408, "nobody has answered in time"),
      ringTimeoutMs,
    );
    this.#send();
  }

  /** Gives up. The CANCEL goes out as soon as it may. */
  cancel(status: number, why: string, cause?: unknown): void {
    if (this.#isSettled || this.#isCancelled) return;
    this.#isCancelled = true;
    this.#fail(status, why, { cause });
    if (this.#hasProgress) this.#sent?.cancel();
    else if (this.#sent?.flow === undefined) this.#neverSent();
  }

  /** Its next hop is still looked up, and nobody knows of it. */
  #neverSent(): void {
    this.#sent?.terminate();
    this.#done();
  }

  #send(): void {
    this.#tries++;
    const attempt = {
      cseq: this.#tries,
      sessionExpires: this.#sessionExpires,
      minSessionExpires: this.#minSessionExpires,
    };
    this.#transmit(inviteRequest(this.#core, this.#plan, attempt));
  }

  #transmit(request: SipRequest): void {
    this.#request = request;
    this.#sent = this.#core.sender.send(request, this.#plan.route, {
      onResponse: (response) => this.#receive(response, request),
      onFailure: (status) => {
        this.#fail(status, status === 408 ? "the peer does not answer" : "it cannot be reached");
        this.#done();
      },
    });
  }

  #receive(response: SipResponse, request: SipRequest): void {
    const { status } = response;
    if (status < 200) this.#progress(response);
    else if (status < 300) this.#answered(response);
    else if (!this.#tryAgain(response, request)) {
      const why = `the peer refuses: ${status} ${response.reason}`;
      this.#fail(status, why, { response });
      this.#done();
    }
  }

  #progress(response: SipResponse): void {
    if (!this.#hasProgress) {
      this.#hasProgress = true;
      // RFC 3261 section 9.1: not before the peer has shown that it knows of the INVITE.
      if (this.#isCancelled) this.#sent?.cancel();
    }
    const isAnswered = this.#answeredTag !== undefined;
    if (this.#isCancelled || isAnswered || response.status === 100) return;
    const tag = tagOf(response.headers.get("To")!);
    if (tag !== "" && !this.#early.has(tag) && this.#early.size < MAX_BRANCHES) {
      this.#early.set(tag, new Session(this.#core, this.#dialogOf(response), earlyHost));
    }
    const sdp = sessionOf(response);
    const early = sdp instanceof Uint8Array ? sdp : undefined;
    this.#earlySdp = early ?? this.#earlySdp;
    this.#core.guard(() => this.#plan.options.handlers?.onProgress?.(response, early));
  }

  /** True when the INVITE was sent again with what the refusal asks for. */
  #tryAgain(response: SipResponse, request: SipRequest): boolean {
    if (this.#isCancelled || this.#tries >= MAX_TRIES) return false;
    if (response.status === 401 || response.status === 407) {
      const proof = this.#auth?.answer(response, request);
      if (proof === undefined) return false;
      this.#tries++;
      const { method, uri, headers, body } = request;
      headers.set("CSeq", `${this.#tries} INVITE`).set(proof.name, proof.value);
      this.#again(() => this.#transmit({ method, uri, headers, body }));
      return true;
    }
    const minSeconds = parseMinSe(response.headers.get("Min-SE") ?? "") ?? 0;
    if (response.status !== 422 || minSeconds <= this.#minSessionExpires) return false;
    this.#minSessionExpires = minSeconds;
    this.#sessionExpires = Math.max(this.#sessionExpires, minSeconds);
    this.#again(() => this.#send());
    return true;
  }

  #again(send: () => void): void {
    this.#hasProgress = false;
    this.#dropEarly();
    send();
  }

  /** A 2xx came: the answer, the same one again, or that of another branch. */
  #answered(response: SipResponse): void {
    const tag = tagOf(response.headers.get("To")!);
    const acknowledge = this.#acks.get(tag);
    if (acknowledge !== undefined) return acknowledge();
    if (this.#acks.size >= MAX_BRANCHES) return;
    // Its ACK waits for the application's answer.
    if (tag === this.#answeredTag && !this.#isSettled) return;
    if (this.#answeredTag !== undefined || this.#isSettled) {
      return this.#hangUpBranch(response, tag);
    }
    this.#answeredTag = tag;
    this.#dropEarly();
    const { sdp } = this.#plan.options;
    const body = sessionOf(response);
    const theirs = body instanceof Uint8Array ? body : this.#earlySdp;
    if (theirs === undefined) return this.#hangUpUnfit(response, tag);
    if (sdp !== undefined) return this.#establish(response, tag, { ours: sdp, theirs });
    void this.#replyTo(theirs).then((ours) => {
      // It may have been given up meanwhile, and hung up when the 2xx came again.
      if (this.#acks.has(tag)) return;
      if (this.#isSettled) return this.#hangUpBranch(response, tag);
      if (!(ours instanceof Uint8Array)) return this.#hangUpUnfit(response, tag);
      this.#establish(response, tag, { ours, theirs, answer: ours });
    });
  }

  /** The application's reply to an offer in the 2xx; undefined when it fails. */
  async #replyTo(offer: Uint8Array): Promise<OfferReply | undefined> {
    const { handlers } = this.#plan.options;
    try {
      return await handlers?.onOffer?.(offer);
    } catch (error) {
      return this.#core.guard(() => {
        throw error;
      });
    }
  }

  /** Makes the call of the answer. `answer` goes into the ACK. */
  #establish(
    response: SipResponse,
    tag: string,
    { ours, theirs, answer }: { ours: Uint8Array; theirs: Uint8Array; answer?: Uint8Array },
  ): void {
    const { handlers = {} } = this.#plan.options;
    let call: OutboundCall | undefined = undefined;
    const host: SessionHost = {
      isOurCall: true,
      get handlers() {
        return call!.handlers;
      },
      onEnded: (end) => call!.onEnded(end),
    };
    const session = new Session(this.#core, this.#dialogOf(response), host, this.#auth);
    session.learn(response.headers);
    session.confirmed();
    session.descriptions.localSdp = ours;
    session.descriptions.remoteSdp = theirs;
    session.timer.restart(agreedTerms(response.headers, this.#core));
    this.#acknowledge(session, response, tag, answer);
    const { remote } = session.dialog.start.flow;
    const { onEnded } = this.#events;
    const start = { session, response, remote, handlers, onEnded };
    call = new OutboundCall(this.#core, this.#request, start);
    this.#isSettled = true;
    this.#ringTimer?.cancel();
    this.#events.onCall(call);
    this.#resolve(call);
    this.#done();
  }

  /** Acknowledges an answer that comes too late or too often, and hangs up. */
  #hangUpBranch(response: SipResponse, tag: string): void {
    const session = new Session(this.#core, this.#dialogOf(response), earlyHost, this.#auth);
    session.confirmed();
    this.#acknowledge(session, response, tag);
    session.hangUp([]);
    this.#done();
  }

  #hangUpUnfit(response: SipResponse, tag: string): void {
    this.#fail(488, "no session could be agreed on with the peer", { response });
    this.#hangUpBranch(response, tag);
  }

  #acknowledge(session: Session, response: SipResponse, tag: string, body?: Uint8Array): void {
    const headers = proofsOf(this.#request);
    if (body !== undefined) headers.push(["Content-Type", "application/sdp"]);
    const cseq = parseCSeq(response.headers.get("CSeq")!)!.number;
    this.#acks.set(tag, session.client.acknowledge(cseq, { headers, body }));
  }

  #dialogOf(response: SipResponse): Dialog {
    const { contact } = this.#plan;
    return dialogOfResponse(this.#request, response, { flow: this.#sent!.flow!, contact });
  }

  #fail(
    status: number,
    why: string,
    details: { response?: SipResponse; cause?: unknown } = {},
  ): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#ringTimer?.cancel();
    this.#dropEarly();
    const { target } = this.#plan.options;
    this.#reject(new SipStatusError(`Cannot call ${target} as ${why}`, { status, ...details }));
  }

  #dropEarly(): void {
    for (const session of this.#early.values()) {
      session.finish({ cause: "local", status: undefined, reason: undefined });
    }
    this.#early.clear();
  }

  #done(): void {
    this.#finish();
    this.#events.onDone(this);
  }
}

/** Nobody is told of a session that has not become a call. */
const earlyHost: SessionHost = { isOurCall: true, handlers: {}, onEnded() {} };
