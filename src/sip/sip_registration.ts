/** Keeps an address bound at a registrar, RFC 3261 section 10. */

import { fraction, type Timer, token } from "../clock/mod.ts";
import type { CallCore } from "./call_core.ts";
import { ALLOW } from "./capabilities.ts";
import { DigestClient } from "./digest_client.ts";
import { transportOf } from "./locate.ts";
import type { SipRequest, SipResponse } from "./message.ts";
import { parseNameAddrs } from "./name_addr.ts";
import type { RegisterOptions, Registration, RegistrationState } from "./register_options.ts";
import type { SipRoute } from "./request_sender.ts";
import { parseSeconds } from "./session_expires.ts";
import { SipHeaders } from "./sip_headers.ts";
import { SipStatusError } from "./sip_status_error.ts";
import { formatUri, parseUri, type SipUri } from "./uri.ts";

/** A challenge, a stale nonce and a longer interval may each cost a try. */
const MAX_TRIES = 5;
/** A binding is never refreshed more often than this, whatever the registrar grants. */
const MIN_REFRESH_MS = 5_000;

/** One binding. */
export class SipRegistration implements Registration {
  readonly #core: CallCore;
  readonly #options: RegisterOptions;
  readonly #route: SipRoute;
  readonly #contact: string;
  readonly #registrar: string;
  readonly #callId: string;
  readonly #fromTag: string;
  readonly #auth: DigestClient | undefined;
  readonly #onRemoved: (() => void)[] = [];
  #state: RegistrationState = "registering";
  #cseq = 0;
  #tries = 0;
  #failures = 0;
  #expires: number;
  #grantedExpires = 0;
  #timer: Timer | undefined;
  /** True while a request is under way. */
  #isBusy = false;
  #isWanted = true;

  /** Registers at once. @throws {SyntaxError} when a URI cannot be read */
  constructor(core: CallCore, options: RegisterOptions) {
    const { registrar, addressOfRecord, auth, expires = 300, transport = "udp" } = options;
    const server = sipUri("the registrar", registrar);
    const address = sipUri("the address of record", addressOfRecord);
    this.#core = core;
    this.#options = options;
    const chosen = transportOf(server) ?? transport;
    this.#route = { nextHop: registrar, transport: chosen };
    this.#contact = withUser(core.contact(chosen), address.user);
    this.#registrar = formatUri({ ...server, user: undefined, password: undefined });
    this.#callId = token(core.random, 24);
    this.#fromTag = token(core.random, 12);
    this.#auth = auth && new DigestClient(auth, core.random);
    this.#expires = expires;
    this.#begin();
  }

  get state(): RegistrationState {
    return this.#state;
  }

  get grantedExpires(): number {
    return this.#grantedExpires;
  }

  refresh(): void {
    if (this.#isWanted && !this.#isBusy) this.#begin();
  }

  unregister(): Promise<void> {
    if (this.#state === "unregistered") return Promise.resolve();
    const removed = new Promise<void>((resolve) => void this.#onRemoved.push(resolve));
    if (this.#isWanted) {
      this.#isWanted = false;
      this.#enter("unregistering");
      if (!this.#isBusy) this.#begin();
    }
    return removed;
  }

  #begin(): void {
    this.#timer?.cancel();
    this.#tries = 0;
    this.#send();
  }

  #send(): void {
    this.#tries++;
    const request = this.#request();
    const proof = this.#auth?.authorize(request);
    if (proof !== undefined) request.headers.append(proof.name, proof.value);
    this.#transmit(request);
  }

  #transmit(request: SipRequest): void {
    this.#isBusy = true;
    this.#core.sender.send(request, this.#route, {
      onFailure: (status) => this.#finish(request, status, undefined),
      onResponse: (response) => {
        if (response.status >= 200) this.#finish(request, response.status, response);
      },
    });
  }

  #request(): SipRequest {
    const address = this.#options.addressOfRecord;
    const headers = new SipHeaders([
      ["Max-Forwards", "70"],
      ["From", `<${address}>;tag=${this.#fromTag}`],
      ["To", `<${address}>`],
      ["Call-ID", this.#callId],
      ["CSeq", `${++this.#cseq} REGISTER`],
      ["Contact", this.#contact],
      ["Expires", String(this.#isWanted ? this.#expires : 0)],
      ["User-Agent", this.#core.userAgent],
      ["Allow", ALLOW],
    ]);
    return { method: "REGISTER", uri: this.#registrar, headers, body: new Uint8Array(0) };
  }

  #finish(request: SipRequest, status: number, response: SipResponse | undefined): void {
    this.#isBusy = false;
    if (response !== undefined && this.#tries < MAX_TRIES) {
      if (this.#isChallenged(request, response)) return;
      const longer = status === 423 ? parseSeconds(response.headers.get("Min-Expires") ?? "") : 0;
      if (this.#isWanted && longer !== undefined && longer > this.#expires) {
        this.#expires = longer;
        return this.#send();
      }
    }
    if (request.headers.get("Expires") === "0") return this.#removed();
    // Meanwhile it was to be removed.
    if (!this.#isWanted) return this.#begin();
    if (response !== undefined && status < 300) this.#registered(response);
    else this.#failed(status, response);
  }

  /** True when the request was sent again with a proof. */
  #isChallenged(request: SipRequest, response: SipResponse): boolean {
    if (response.status !== 401 && response.status !== 407) return false;
    const proof = this.#auth?.answer(response, request);
    if (proof === undefined) return false;
    this.#tries++;
    const next = this.#request();
    next.headers.append(proof.name, proof.value);
    this.#transmit(next);
    return true;
  }

  #registered(response: SipResponse): void {
    this.#failures = 0;
    this.#grantedExpires = this.#granted(response);
    const { clock } = this.#core.context;
    // Early enough that a lost answer can be asked for again.
    const refreshMs = Math.max(this.#grantedExpires * 1000 - 32_000, this.#grantedExpires * 500);
    this.#timer = clock.setTimer(() => this.#begin(), Math.max(refreshMs, MIN_REFRESH_MS));
    this.#enter("registered");
  }

  /** What the registrar grants our own Contact among those it lists, RFC 3261 section 10.3. */
  #granted({ headers }: SipResponse): number {
    const ours = this.#contact.slice(1, -1);
    const contacts = parseNameAddrs(headers.getAll("Contact")) ?? [];
    const own = contacts.find(({ uri }) => uri === ours) ??
      (contacts.length === 1 ? contacts[0] : undefined);
    return parseSeconds(own?.params.get("expires") ?? "") ??
      parseSeconds(headers.get("Expires") ?? "") ?? this.#expires;
  }

  #failed(status: number, response: SipResponse | undefined): void {
    const { registrar, minBackoffMs = 2_000, maxBackoffMs = 300_000 } = this.#options;
    this.#grantedExpires = 0;
    // A little chance keeps many from coming back at the same moment.
    const spread = 0.75 + fraction(this.#core.random) / 2;
    const delayMs = Math.min(minBackoffMs * 2 ** this.#failures++ * spread, maxBackoffMs);
    const asked = parseSeconds(response?.headers.get("Retry-After") ?? "") ?? 0;
    const waitMs = Math.min(Math.max(delayMs, asked * 1000), Math.max(maxBackoffMs, 3_600_000));
    this.#timer = this.#core.context.clock.setTimer(() => {
      this.#enter("registering");
      this.#begin();
    }, waitMs);
    const why = response === undefined
      ? status === 408 ? "it does not answer" : "it cannot be reached"
      : `it refuses: ${status} ${response.reason}`;
    const text = `Cannot register at ${registrar} as ${why}`;
    this.#enter("failed", new SipStatusError(text, { status, response }));
  }

  #removed(): void {
    this.#timer?.cancel();
    this.#grantedExpires = 0;
    this.#enter("unregistered");
    for (const resolve of this.#onRemoved) resolve();
  }

  #enter(state: RegistrationState, error?: SipStatusError): void {
    if (this.#state === state && error === undefined) return;
    this.#state = state;
    this.#core.guard(() => this.#options.onState?.(state, error));
  }
}

function sipUri(what: string, text: string): SipUri {
  const uri = parseUri(text);
  if (uri?.scheme === "sip") return uri;
  throw new SyntaxError(`Cannot register as ${what} must be a sip: URI: current value is ${text}`);
}

/** `<sip:10.0.0.2:5070>` as `<sip:agent@10.0.0.2:5070>`. */
function withUser(contact: string, user: string | undefined): string {
  const uri = parseUri(contact.slice(1, -1))!;
  return `<${formatUri({ ...uri, user })}>`;
}
