/** What becomes of a request that is new: RFC 3261 section 8.2, in its order. */

import type { BaseCall } from "./base_call.ts";
import type { CallCore, DialogOwner } from "./call_core.ts";
import type { CallRegistry } from "./call_registry.ts";
import { contactUri, dialogKey } from "./dialog.ts";
import { InboundCall } from "./inbound_call.ts";
import { unsupportedBody } from "./received_offers.ts";
import { refusalOf } from "./request_checks.ts";
import { acceptsSessions, sessionOf } from "./sdp_body.ts";
import type { ServerRequest } from "./server_request.ts";
import type { ServerTransactions } from "./server_transactions.ts";
import { capabilityFields } from "./session.ts";
import { answerTerms } from "./session_terms.ts";
import type { SipCall } from "./sip_call.ts";

/** What the server's side of a user agent needs. */
export interface UserAgentServerOptions {
  readonly core: CallCore;
  readonly calls: CallRegistry;
  readonly transactions: () => ServerTransactions;
  readonly onInvite: ((call: SipCall) => void) | undefined;
  readonly takesCalls: (() => boolean) | undefined;
  /** A new call was refused as we stop, or have too many. */
  readonly onRefused: () => void;
}

/** Takes new requests: makes calls of INVITEs, and gives the others to their dialogs. */
export class UserAgentServer {
  readonly #options: UserAgentServerOptions;
  #isStopping = false;

  constructor(options: UserAgentServerOptions) {
    this.#options = options;
  }

  /** Takes no new calls from now on. */
  stop(): void {
    this.#isStopping = true;
  }

  /** A request came that is no ACK and was not seen before. */
  receive(request: ServerRequest): void {
    const refusal = refusalOf(request);
    if (refusal !== undefined) return request.respond(refusal.status, refusal);
    if (request.method === "CANCEL") return this.#cancel(request);
    if (request.toTag !== "") return this.#receiveInDialog(request);
    switch (request.method) {
      case "INVITE":
        return this.#invite(request);
      case "OPTIONS":
        return this.#describe(request);
      case "REFER":
        // Nobody calls at the bidding of a stranger.
        return request.respond(603);
      default:
        return request.respond(481);
    }
  }

  /** An ACK came that belongs to no refusal. */
  acknowledge(ack: ServerRequest): void {
    const dialog = this.dialogOf(ack);
    if (dialog === undefined) this.#options.core.context.counters.stray++;
    else dialog.acknowledge(ack);
  }

  /** The session a request is in, or undefined. */
  dialogOf({ callId, toTag, fromTag }: ServerRequest): DialogOwner | undefined {
    return this.#options.core.dialogs.get(dialogKey(callId, toTag, fromTag));
  }

  #receiveInDialog(request: ServerRequest): void {
    const dialog = this.dialogOf(request);
    if (dialog === undefined) request.respond(481);
    else dialog.receive(request);
  }

  /** RFC 3261 section 9.2. After a final response it changes nothing. */
  #cancel(cancel: ServerRequest): void {
    const found = this.#options.transactions().inviteOf(cancel);
    if (found === undefined) return cancel.respond(481);
    const { pending } = found;
    if (pending !== undefined) cancel.localTag = pending.localTag;
    cancel.respond(200);
    pending?.onCancel?.(cancel);
  }

  #invite(invite: ServerRequest): void {
    const { core, calls, onInvite, onRefused } = this.#options;
    const { headers } = invite.message;
    // RFC 2543 knew neither tags nor the need of a Contact: its From is the Contact.
    if (contactUri(headers) === undefined && invite.fromTag !== "") {
      return invite.respond(400, { reason: "Contact Is Missing" });
    }
    if (!acceptsSessions(headers)) return invite.respond(406);
    const offer = sessionOf(invite.message);
    if (offer === "unsupported") return invite.respond(415, unsupportedBody());
    if (answerTerms(headers, core) === "too-small") {
      return invite.respond(422, { headers: [["Min-SE", String(core.minSessionExpires)]] });
    }
    if (this.#isStopping || !calls.admits(invite.flow.remote.address)) {
      onRefused();
      return invite.respond(503, { headers: [["Retry-After", "5"]] });
    }
    if (onInvite === undefined) return invite.respond(480);
    const onEnded = (ended: BaseCall) => calls.remove(ended);
    const call = new InboundCall(core, invite, { offer, onEnded });
    calls.add(call);
    const isKnown = core.guard(() => {
      onInvite(call);
      return true;
    });
    if (isKnown === undefined) call.reject(500);
    // Whoever has not answered at once may take a while: the peer is told to be patient.
    else if (!call.hasResponded) invite.respond(100);
  }

  /** RFC 3261 section 11.2: the status is the one that an INVITE would get just now. */
  #describe(request: ServerRequest): void {
    const { core, takesCalls } = this.#options;
    // A handler that throws is counted, and says nothing about whether calls can be taken.
    const isReady = !this.#isStopping && (takesCalls === undefined || core.guard(takesCalls));
    const fields: [string, string][] = isReady === false
      ? [["Retry-After", "5"]]
      : [["Contact", this.#contactFor(request)]];
    request.respond(isReady === false ? 503 : 200, { headers: [...fields, ...capabilityFields()] });
  }

  #contactFor(request: ServerRequest): string {
    return this.#options.core.contact(request.flow.remote.transport);
  }
}
