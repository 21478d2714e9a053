/** What two ends do with each other once there is a dialog: RFC 3261 sections 12.2, 14 and 15. */

import type { CallCore, DialogOwner } from "./call_core.ts";
import { ACCEPT, ALLOW, SUPPORTED } from "./capabilities.ts";
import type { Dialog } from "./dialog.ts";
import { DialogClient } from "./dialog_client.ts";
import type { DigestClient } from "./digest_client.ts";
import { dtmfOf } from "./dtmf_body.ts";
import type { OfferState } from "./offer_state.ts";
import { ReceivedOffers } from "./received_offers.ts";
import { ReceivedRefers } from "./received_refers.ts";
import { SentOffers } from "./sent_offers.ts";
import { SentRefers } from "./sent_refers.ts";
import type { ServerRequest } from "./server_request.ts";
import { SessionTimer } from "./session_timer.ts";
import type { SipCallEnd, SipCallState } from "./sip_call.ts";
import type { SipCallHandlers } from "./sip_call_handlers.ts";
import type { SipHeaders } from "./sip_headers.ts";
import { listTokens } from "./split_list.ts";

/** Whose session it is. */
export interface SessionHost {
  readonly handlers: SipCallHandlers;
  /** True when the Call-ID is ours. */
  readonly isOurCall: boolean;
  /** The session is over; a BYE follows by itself. */
  onEnded(end: SipCallEnd): void;
}

/** One dialog in use. */
export class Session implements DialogOwner {
  readonly dialog: Dialog;
  readonly client: DialogClient;
  readonly timer: SessionTimer;
  readonly received: ReceivedOffers;
  readonly offers: SentOffers;
  readonly refers: SentRefers;
  readonly #core: CallCore;
  readonly #host: SessionHost;
  readonly #receivedRefers: ReceivedRefers;
  readonly #onClosed: (() => void)[] = [];
  readonly #state: OfferState;
  #phase: SipCallState = "inviting";
  /** The fields of a BYE that waits for the ACK of our answer, RFC 3261 section 15. */
  #byeDue: [name: string, value: string][] | undefined;
  #isClosed = false;
  #isProbing = false;

  constructor(core: CallCore, dialog: Dialog, host: SessionHost, auth?: DigestClient) {
    this.dialog = dialog;
    this.#core = core;
    this.#host = host;
    this.client = new DialogClient(core, dialog, auth);
    this.timer = new SessionTimer(core.context.clock, {
      onRefresh: () => this.offers.refresh(),
      onExpired: () => this.#end("expired", []),
    });
    this.#state = this.#newState();
    this.received = new ReceivedOffers(this.#state);
    this.offers = new SentOffers(this.#state, host.isOurCall);
    this.refers = new SentRefers(core, this.client);
    const { contact } = dialog.start;
    this.#receivedRefers = new ReceivedRefers({ core, client: this.client, contact });
    core.dialogs.set(dialog.key, this);
  }

  /** Where the call stands. */
  get phase(): SipCallState {
    return this.#phase;
  }

  /** Our session description and the peer's. */
  get descriptions(): Pick<OfferState, "localSdp" | "remoteSdp"> {
    return this.#state;
  }

  /** Notes what the peer says of itself in an INVITE, or in the 2xx to ours. */
  learn(headers: SipHeaders): void {
    this.#state.peerTakesUpdate = listTokens(headers.getAll("Allow")).includes("UPDATE");
  }

  /** The INVITE was answered by us; its ACK is still to come. */
  answered(): void {
    this.#phase = "answered";
  }

  /** The INVITE was answered by the peer. */
  confirmed(): void {
    this.#phase = "confirmed";
  }

  receive(request: ServerRequest): void {
    if (!this.dialog.takeCSeq(request.cseq)) return request.respond(500, { reason: "CSeq Is Old" });
    if (request.method === "BYE") return this.#receiveBye(request);
    if (this.#phase === "ended") return request.respond(481);
    switch (request.method) {
      case "INVITE":
      case "UPDATE":
        return this.received.receive(request);
      case "INFO":
        return this.#receiveInfo(request);
      case "REFER":
        return this.#receivedRefers.receive(request, this.#host.handlers);
      case "NOTIFY":
        return this.refers.receive(request);
      default:
        return request.respond(200, { headers: capabilityFields() });
    }
  }

  acknowledge(ack: ServerRequest): void {
    if (!this.received.awaitsAck(ack.cseq)) return;
    this.dialog.prove();
    // After the end nobody is told of the answer that the ACK may bring.
    if (this.#byeDue !== undefined) return this.#sendBye(this.#byeDue);
    const found = this.received.acknowledge(ack);
    // Whoever was told of that answer may have hung up over it.
    if (this.#byeDue !== undefined) return this.#sendBye(this.#byeDue);
    const isFirst = this.#phase === "answered";
    if (isFirst) this.#phase = "confirmed";
    if (found === "incomplete") {
      return this.#end("local", [["Reason", 'SIP;cause=488;text="No answer"']]);
    }
    if (!isFirst) return;
    this.#core.guard(() => this.#host.handlers.onConfirmed?.());
    this.offers.advance();
  }

  /**
   * Hangs up with a BYE. The promise resolves when the peer has confirmed it, or stays silent.
   *
   * @param byeFields further fields of the BYE
   */
  hangUp(byeFields: [name: string, value: string][]): Promise<void> {
    this.#end("local", byeFields);
    return this.whenClosed();
  }

  /** Asks whether the peer is still there; a session that it has forgotten ends, RFC 5057 section 5. */
  probe(): void {
    if (this.#phase !== "confirmed" || this.#isProbing) return;
    this.#isProbing = true;
    this.client.send("OPTIONS", {}, ({ status, response }) => {
      this.#isProbing = false;
      // Any other answer, also that it knows no OPTIONS, is one from somebody who has the call.
      if (response === undefined || status === 408 || status === 481) this.#end("timeout", []);
    });
  }

  /** Ends it without a BYE, as it never came about or the peer has ended it. */
  finish(end: SipCallEnd): void {
    if (this.#phase === "ended") return;
    this.#stop();
    this.#host.onEnded(end);
    this.#close();
  }

  /** Resolves when nothing more is to be said in this dialog. */
  whenClosed(): Promise<void> {
    return this.#isClosed
      ? Promise.resolve()
      : new Promise((resolve) => void this.#onClosed.push(resolve));
  }

  #receiveBye(request: ServerRequest): void {
    request.respond(200);
    this.received.stopRepeating();
    const reason = request.message.headers.get("Reason");
    if (this.#byeDue !== undefined) this.#close();
    else this.finish({ cause: "remote", status: undefined, reason });
  }

  #receiveInfo(request: ServerRequest): void {
    request.respond(200);
    const { onDtmf, onInfo } = this.#host.handlers;
    const { headers, body } = request.message;
    const key = dtmfOf(request.message);
    if (key !== undefined) this.#core.guard(() => onDtmf?.(key.digit, key.durationMs));
    else this.#core.guard(() => onInfo?.(headers.get("Content-Type") ?? "", body.slice()));
  }

  #end(cause: SipCallEnd["cause"], byeFields: [name: string, value: string][]): void {
    if (this.#phase === "ended") return;
    // What was never answered needs no BYE, and no ACK will come.
    if (this.#phase === "inviting") {
      return this.finish({ cause, status: undefined, reason: undefined });
    }
    const wasConfirmed = this.#phase === "confirmed";
    this.#stop();
    this.#host.onEnded({ cause, status: undefined, reason: undefined });
    if (wasConfirmed) this.#sendBye(byeFields);
    else this.#byeDue = byeFields;
  }

  #stop(): void {
    this.#phase = "ended";
    this.timer.stop();
    // First ours, so that none begins when the peer's are out of the way.
    this.offers.close();
    this.received.close();
    this.refers.close();
    this.#receivedRefers.close();
  }

  #sendBye(headers: [name: string, value: string][]): void {
    this.#byeDue = undefined;
    this.received.stopRepeating();
    this.client.send("BYE", { headers }, () => this.#close());
  }

  #close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.received.stopRepeating();
    this.dialog.close();
    this.#core.dialogs.delete(this.dialog.key);
    for (const resolve of this.#onClosed) resolve();
  }

  /** No ACK for our answer, or no answer to a request of ours. */
  #lost(): void {
    if (this.#byeDue !== undefined) return this.#sendBye(this.#byeDue);
    if (this.#phase === "answered") this.#phase = "confirmed";
    this.#end("timeout", []);
  }

  #newState(): OfferState {
    const host = this.#host;
    return {
      core: this.#core,
      dialog: this.dialog,
      client: this.client,
      timer: this.timer,
      get handlers() {
        return host.handlers;
      },
      isAnswered: () => this.#phase !== "inviting",
      peerTakesUpdate: false,
      localSdp: undefined,
      remoteSdp: undefined,
      outgoing: undefined,
      incoming: undefined,
      unacknowledged: 0,
      onFree: () => this.offers.advance(),
      onLost: () => this.#lost(),
    };
  }
}

/** What the answer to OPTIONS tells, RFC 3261 section 11.2. */
export function capabilityFields(): [name: string, value: string][] {
  return [
    ["Allow", ALLOW],
    ["Accept", ACCEPT],
    ["Accept-Encoding", "identity"],
    ["Accept-Language", "en"],
    ["Supported", SUPPORTED],
  ];
}
