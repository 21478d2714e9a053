/** What incoming and outgoing calls have in common. */

import type { CallCore } from "./call_core.ts";
import { extraFields } from "./extra_fields.ts";
import type { SipRequest, SipResponse } from "./message.ts";
import type { Session, SessionHost } from "./session.ts";
import type {
  ExtraHeaders,
  SipCall,
  SipCallEnd,
  SipCallState,
  SipHangupOptions,
  SipParty,
  SipReferOptions,
  SipRejectOptions,
} from "./sip_call.ts";
import type { SipCallHandlers } from "./sip_call_handlers.ts";
import type { SipEndpoint } from "./sip_endpoint.ts";
import { partyOf, userOf } from "./sip_party.ts";
import { SipStatusError } from "./sip_status_error.ts";
import { parseUri } from "./uri.ts";

/** A call around its session. */
export abstract class BaseCall implements SipCall, SessionHost {
  abstract readonly direction: "in" | "out";
  abstract readonly session: Session;
  readonly id: string;
  readonly request: SipRequest;
  readonly from: SipParty;
  readonly to: SipParty;
  readonly requestUser: string;
  readonly response: SipResponse | undefined = undefined;
  readonly remote: SipEndpoint;
  handlers: SipCallHandlers = {};
  protected readonly core: CallCore;
  readonly #onEnded: (call: BaseCall) => void;

  /** @param onEnded told once, when the call is over, before the application is */
  constructor(
    core: CallCore,
    request: SipRequest,
    { remote, onEnded }: { remote: SipEndpoint; onEnded: (call: BaseCall) => void },
  ) {
    const { headers } = request;
    this.core = core;
    this.request = request;
    this.id = headers.get("Call-ID")!;
    this.from = partyOf(headers.get("From")!);
    this.to = partyOf(headers.get("To")!);
    this.requestUser = userOf(request.uri);
    this.remote = remote;
    this.#onEnded = onEnded;
  }

  get isOurCall(): boolean {
    return this.direction === "out";
  }

  get state(): SipCallState {
    return this.session.phase;
  }

  get remoteSdp(): Uint8Array | undefined {
    return this.session.descriptions.remoteSdp;
  }

  ring(): boolean {
    return false;
  }

  progress(_sdp: Uint8Array): boolean {
    return false;
  }

  answer(_sdp: Uint8Array, _headers?: ExtraHeaders): boolean {
    return false;
  }

  reject(_status: number, _options?: SipRejectOptions): boolean {
    return false;
  }

  hangup(options: SipHangupOptions = {}): Promise<void> {
    return this.session.hangUp(reasonField(options));
  }

  info(contentType: string, body: Uint8Array): Promise<number> {
    const headers = extraFields({ "Content-Type": contentType });
    if (this.state !== "confirmed") return Promise.resolve(481);
    return new Promise((resolve) => {
      const parts = { headers, body };
      this.session.client.send("INFO", parts, ({ status }) => resolve(status));
    });
  }

  probe(): void {
    this.session.probe();
  }

  reinvite(sdp: Uint8Array): Promise<Uint8Array> {
    // Between our answer and its ACK a change waits for its turn.
    if (this.state === "inviting") {
      return Promise.reject(unfit("Cannot change the session", this.state));
    }
    return this.session.offers.offer(sdp);
  }

  refer(target: string, options?: SipReferOptions): Promise<number> {
    if (parseUri(target) === undefined) {
      return Promise.reject(
        new SyntaxError(`Cannot transfer as the target must be a URI: current value is ${target}`),
      );
    }
    if (this.state !== "confirmed") {
      return Promise.reject(unfit("Cannot transfer", this.state));
    }
    return this.session.refers.refer(target, options);
  }

  onEnded(end: SipCallEnd): void {
    this.#onEnded(this);
    this.core.guard(() => this.handlers.onEnded?.(end));
  }
}

/** What refuses a request that the state of the call does not allow: the peer would answer the same. */
function unfit(what: string, state: SipCallState): SipStatusError {
  return new SipStatusError(`${what} as the call must be answered: current value is ${state}`, {
    status: 481,
  });
}

/** The Reason field of a BYE or CANCEL. @throws {TypeError} for a value that cannot be sent */
export function reasonField({ reason }: SipHangupOptions): [name: string, value: string][] {
  return reason === undefined ? [] : extraFields({ Reason: reason });
}
