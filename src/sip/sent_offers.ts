/** Changes of the session that we ask for, RFC 3261 section 14.1, and refreshes, RFC 4028. */

import { fraction, type Timer } from "../clock/mod.ts";
import { ALLOW } from "./capabilities.ts";
import type { Outcome, RequestParts } from "./dialog_client.ts";
import { isFree, type OfferState } from "./offer_state.ts";
import { isSameSession, sessionOf } from "./sdp_body.ts";
import { parseMinSe, parseSeconds } from "./session_expires.ts";
import { agreedTerms, proposeTerms } from "./session_terms.ts";
import { SipStatusError } from "./sip_status_error.ts";

/** One change that waits for its turn or its answer. */
interface Change {
  /** What is offered; undefined only refreshes the session. */
  readonly sdp: Uint8Array | undefined;
  readonly resolve: (answer: Uint8Array) => void;
  readonly reject: (error: SipStatusError) => void;
  tries: number;
}

/** How often a change is tried that is refused as it crosses another, or for its session timer. */
const MAX_TRIES = 8;

/** Sends re-INVITEs and UPDATEs, one at a time and never across one of the peer. */
export class SentOffers {
  readonly #state: OfferState;
  readonly #isOurCall: boolean;
  readonly #waiting: Change[] = [];
  #current: Change | undefined;
  #pause: Timer | undefined;
  #minSeconds: number;
  #isClosed = false;

  /** @param isOurCall true when the Call-ID is ours, which decides who waits longer */
  constructor(state: OfferState, isOurCall: boolean) {
    this.#state = state;
    this.#isOurCall = isOurCall;
    this.#minSeconds = state.core.minSessionExpires;
  }

  /** Offers a session and resolves with the answer. @throws {SipStatusError} when it is refused */
  offer(sdp: Uint8Array): Promise<Uint8Array> {
    return new Promise((resolve, reject) => this.#add({ sdp, resolve, reject, tries: 0 }));
  }

  /** Keeps the session alive without a change. */
  refresh(): void {
    const isUnderWay = this.#current !== undefined || this.#waiting.length > 0;
    // Any change refreshes as well.
    if (!isUnderWay) this.#add({ sdp: undefined, resolve() {}, reject() {}, tries: 0 });
  }

  /** Begins with the next change if this is the moment. */
  advance(): void {
    if (this.#isClosed || this.#current !== undefined || !isFree(this.#state)) return;
    const change = this.#waiting.shift();
    if (change === undefined) return;
    this.#current = change;
    this.#send(change);
  }

  /** Gives up all changes, as the session is over. */
  close(): void {
    this.#isClosed = true;
    this.#pause?.cancel();
    const given = [...(this.#current === undefined ? [] : [this.#current]), ...this.#waiting];
    this.#waiting.length = 0;
    this.#current = undefined;
    for (const { reject } of given) {
      reject(new SipStatusError("Cannot change the session as the call is over", { status: 481 }));
    }
  }

  #add(change: Change): void {
    if (this.#isClosed) {
      const text = "Cannot change the session as the call is over";
      return change.reject(new SipStatusError(text, { status: 481 }));
    }
    this.#waiting.push(change);
    this.advance();
  }

  #send(change: Change): void {
    const state = this.#state;
    change.tries++;
    const done = (outcome: Outcome) => {
      state.outgoing = undefined;
      if (this.#current === change) this.#finish(change, outcome);
    };
    if (change.sdp === undefined && state.peerTakesUpdate) {
      state.outgoing = "UPDATE";
      return state.client.send("UPDATE", this.#parts(undefined), (outcome) => {
        // Whoever takes no UPDATE after all is asked by INVITE.
        if (outcome.status === 405 || outcome.status === 501) state.peerTakesUpdate = false;
        done(outcome);
      });
    }
    state.outgoing = "INVITE";
    state.client.sendInvite(this.#parts(change.sdp ?? state.localSdp), done);
  }

  #parts(sdp: Uint8Array | undefined): RequestParts {
    const { core, timer: { terms } } = this.#state;
    // Whose peer has agreed to no timer does not want one.
    const headers = proposeTerms(
      terms === undefined ? 0 : Math.max(terms.seconds, this.#minSeconds),
      {
        minSeconds: Math.max(this.#minSeconds, core.minSessionExpires),
        refresher: terms?.weRefresh ? "uac" : "uas",
      },
    );
    headers.push(["Allow", ALLOW]);
    if (sdp !== undefined) headers.push(["Content-Type", "application/sdp"]);
    return { headers, body: sdp };
  }

  #finish(change: Change, { status, response }: Outcome): void {
    const state = this.#state;
    if (status >= 200 && status < 300 && response !== undefined) {
      state.timer.restart(agreedTerms(response.headers, state.core));
      return this.#accepted(change, sessionOf(response));
    }
    if (status === 408 || status === 481) {
      this.#current = undefined;
      change.reject(refused(status));
      return state.onLost(status);
    }
    if (change.tries < MAX_TRIES) {
      if (status === 491) return this.#tryLater(change);
      const minSeconds = parseMinSe(response?.headers.get("Min-SE") ?? "") ?? 0;
      const isTooBrief = status === 422 && minSeconds > this.#minSeconds;
      if (isTooBrief) this.#minSeconds = minSeconds;
      const isNoUpdate = (status === 405 || status === 501) && change.sdp === undefined;
      if (isTooBrief || isNoUpdate) return this.#send(change);
    }
    this.#current = undefined;
    const retryAfter = parseSeconds(response?.headers.get("Retry-After") ?? "");
    state.timer.refused(retryAfter === undefined ? undefined : retryAfter * 1000);
    change.reject(
      new SipStatusError(
        `Cannot change the session as the peer refuses: ${status} ${response?.reason ?? ""}`,
        { status, response },
      ),
    );
    this.advance();
  }

  #accepted(change: Change, answer: ReturnType<typeof sessionOf>): void {
    const state = this.#state;
    this.#current = undefined;
    if (answer instanceof Uint8Array) {
      // A refresh offers what was agreed before, and yet its answer may say that the peer has moved.
      const isNews = change.sdp === undefined && !isSameSession(answer, state.remoteSdp);
      state.remoteSdp = answer;
      if (isNews) state.core.guard(() => state.handlers.onAnswer?.(answer));
      if (change.sdp !== undefined) state.localSdp = change.sdp;
      change.resolve(answer);
    } else {
      const text = "Cannot change the session as the peer has accepted without an answer";
      change.reject(new SipStatusError(text, { status: 488 }));
    }
    this.advance();
  }

  /** RFC 3261 section 14.1: whoever owns the Call-ID waits 2.1-4 s, the other 0-2 s. */
  #tryLater(change: Change): void {
    const { core } = this.#state;
    const steps = Math.floor(fraction(core.random) * (this.#isOurCall ? 191 : 201));
    const delayMs = steps * 10 + (this.#isOurCall ? 2_100 : 0);
    this.#current = undefined;
    this.#waiting.unshift(change);
    this.#pause = core.context.clock.setTimer(() => this.advance(), delayMs);
  }
}

function refused(status: number): SipStatusError {
  const why = status === 408 ? "the peer does not answer" : "the peer knows of no such call";
  return new SipStatusError(`Cannot change the session as ${why}`, { status });
}
