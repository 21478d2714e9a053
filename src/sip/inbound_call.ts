/** A call that came in: the server's side of its first INVITE, RFC 3261 section 13.3. */

import type { Timer } from "../clock/mod.ts";
import { BaseCall, reasonField } from "./base_call.ts";
import type { CallCore } from "./call_core.ts";
import { ALLOW, SUPPORTED } from "./capabilities.ts";
import { dialogOfRequest } from "./dialog.ts";
import { extraFields, requireOneLine } from "./extra_fields.ts";
import type { ServerRequest } from "./server_request.ts";
import { Session } from "./session.ts";
import { parseSeconds } from "./session_expires.ts";
import type { ExtraHeaders, SipCallEnd, SipHangupOptions, SipRejectOptions } from "./sip_call.ts";

type Fields = (readonly [name: string, value: string])[];

/** RFC 3261 section 13.3.1.1: proxies on the way give up a call that is silent for three minutes. */
const REMIND_MS = 60_000;

/** An incoming call. */
export class InboundCall extends BaseCall {
  readonly direction = "in";
  readonly session: Session;
  readonly #invite: ServerRequest;
  readonly #offer: Uint8Array | undefined;
  #hasResponded = false;
  #expiry: Timer | undefined;
  #reminder: Timer | undefined;

  /**
   * @param invite the INVITE, already found to be good
   * @param offer the session description it brought
   */
  constructor(
    core: CallCore,
    invite: ServerRequest,
    { offer, onEnded }: { offer: Uint8Array | undefined; onEnded: (call: BaseCall) => void },
  ) {
    super(core, invite.message, { remote: invite.flow.remote, onEnded });
    this.#invite = invite;
    this.#offer = offer;
    const contact = core.contact(invite.flow.remote.transport);
    this.session = new Session(core, dialogOfRequest(invite, contact), this);
    this.session.learn(invite.message.headers);
    this.session.descriptions.remoteSdp = offer;
    invite.onCancel = (cancel) => {
      const reason = cancel.message.headers.get("Reason");
      this.session.finish({ cause: "cancelled", status: 487, reason });
    };
    this.#expireAfter(parseSeconds(invite.message.headers.get("Expires") ?? ""));
  }

  /** True when the caller was told anything, or there is nothing more to tell. */
  get hasResponded(): boolean {
    return this.#hasResponded || !this.#invite.isOpen;
  }

  override ring(): boolean {
    return this.#sendProvisional(180, [], undefined);
  }

  override progress(sdp: Uint8Array): boolean {
    return this.#sendProvisional(183, [["Content-Type", "application/sdp"]], sdp);
  }

  override answer(sdp: Uint8Array, headers: ExtraHeaders = {}): boolean {
    const fields = extraFields(headers);
    if (!this.#invite.isOpen) return false;
    this.#stopTimers();
    this.session.answered();
    this.session.received.answer(this.#invite, sdp, { offer: this.#offer, headers: fields });
    return true;
  }

  override reject(status: number, options: SipRejectOptions = {}): boolean {
    if (!Number.isInteger(status) || status < 300 || status > 699) {
      throw new RangeError(
        `Cannot reject a call as the status must be 300-699: current value is ${status}`,
      );
    }
    const { reason } = options;
    const headers = extraFields(options.headers);
    if (reason !== undefined) requireOneLine("the reason", reason);
    if (!this.#invite.isOpen) return false;
    this.#invite.respond(status, { reason, headers });
    this.session.finish({ cause: "local", status, reason: undefined });
    return true;
  }

  override hangup(options: SipHangupOptions = {}): Promise<void> {
    const { status = 480 } = options;
    const isRefused = this.reject(status, { headers: Object.fromEntries(reasonField(options)) });
    return isRefused ? this.session.whenClosed() : super.hangup(options);
  }

  /** Whatever ends the call leaves no INVITE unanswered: a BYE before the answer gets its 487 too. */
  override onEnded(end: SipCallEnd): void {
    this.#stopTimers();
    this.#invite.respond(487);
    super.onEnded(end);
  }

  #sendProvisional(status: number, fields: Fields, body: Uint8Array | undefined): boolean {
    if (!this.#invite.isOpen) return false;
    this.#hasResponded = true;
    const contact = this.session.dialog.start.contact;
    const headers: Fields = [["Contact", contact], ["Allow", ALLOW], ["Supported", SUPPORTED]];
    headers.push(...fields);
    const send = () => {
      this.#invite.respond(status, { headers, body });
      this.#reminder?.cancel();
      this.#reminder = this.core.context.clock.setTimer(send, REMIND_MS);
    };
    send();
    return true;
  }

  /** RFC 3261 section 13.3.1: the caller may say how long it waits. */
  #expireAfter(seconds: number | undefined): void {
    if (seconds === undefined) return;
    this.#expiry = this.core.context.clock.setTimer(() => {
      this.session.finish({ cause: "cancelled", status: 487, reason: undefined });
    }, seconds * 1000);
  }

  #stopTimers(): void {
    this.#expiry?.cancel();
    this.#reminder?.cancel();
  }
}
