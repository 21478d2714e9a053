/** A user agent whose application does at random all that one may do. */

import type { SeededRandom, VirtualClock } from "../../src/clock/mod.ts";
import {
  type OfferReply,
  type SipCall,
  type SipCallEnd,
  type SipCallHandlers,
  SipStatusError,
  type SipTransport,
  SipUserAgent,
} from "../../src/sip/mod.ts";
import type { SipLink } from "./sip_link.ts";
import { sdpBytes } from "./sip_peer.ts";

/** One side of one call. */
export interface Side {
  readonly id: string;
  /** Undefined until a call of ours is answered. */
  call: SipCall | undefined;
  /** Our description in force. */
  local: string;
  readonly ends: SipCallEnd[];
  /** What was asked for and has not come to an end. */
  readonly open: Set<string>;
}

/** Statuses by which a change may be refused when both ends follow the rules and nothing is lost. */
const FAIR_REFUSALS: ReadonlySet<number> = new Set([408, 481, 487, 488, 491, 500, 503, 603]);

/** The random life of one user agent. */
export class SipParty {
  readonly agent: SipUserAgent;
  readonly sides: Side[] = [];
  /** What should never have been. */
  readonly complaints: string[] = [];
  /** How often a handler of ours threw on purpose. */
  thrown = 0;
  /** Whether calls are still changed. */
  isLively = true;
  readonly #clock: VirtualClock;
  readonly #random: SeededRandom;
  #names = 0;

  constructor(
    readonly name: string,
    host: string,
    { clock, random, link, transports }: {
      clock: VirtualClock;
      random: SeededRandom;
      link: SipLink;
      transports: readonly SipTransport[];
    },
  ) {
    this.#clock = clock;
    this.#random = random;
    this.agent = new SipUserAgent({
      ...{ host, port: 5060, clock, random, transports, network: link.network() },
      ...{ sessionExpires: 90, minSessionExpires: 90 },
      onInvite: (call) => this.#called(call),
    });
  }

  /** Calls the other party, and gives up sometimes. */
  async call(target: string): Promise<void> {
    const offer = this.#name("offer");
    const side = this.#side(`out ${this.sides.length}`, offer);
    const isLate = this.#is(0.2);
    const giveUp = new AbortController();
    if (this.#is(0.3)) this.#after(this.#below(4000), () => giveUp.abort());
    side.open.add("invite");
    try {
      const call = await this.agent.invite({
        ...{ target, signal: giveUp.signal, ringTimeoutMs: 1000 + this.#below(20_000) },
        sdp: isLate ? undefined : sdpBytes(offer),
        handlers: this.#handlers(side),
      });
      side.call = call;
      this.#live(side);
    } catch (error) {
      if (!(error instanceof SipStatusError)) this.complaints.push(`invite: ${error}`);
    }
    side.open.delete("invite");
  }

  #side(id: string, local: string): Side {
    const side: Side = { id, call: undefined, local, ends: [], open: new Set() };
    this.sides.push(side);
    return side;
  }

  #called(call: SipCall): void {
    const answer = this.#name("answer");
    const side = this.#side(`in ${call.id}`, answer);
    side.call = call;
    call.handlers = {
      ...this.#handlers(side),
      onConfirmed: () => this.#live(side),
    };
    if (this.#is(0.05)) this.#throw("onInvite");
    if (this.#is(0.1)) return void call.reject(486);
    if (this.#is(0.4)) call.ring();
    if (this.#is(0.2)) call.progress(sdpBytes(answer));
    if (this.#is(0.1)) return this.#after(this.#below(3000), () => void call.hangup());
    const accept = () => void call.answer(sdpBytes(answer));
    if (this.#is(0.3)) accept();
    else this.#after(this.#below(3000), accept);
    if (this.#is(0.1)) this.#after(this.#below(3000), () => this.#hangUp(side));
  }

  #handlers(side: Side): SipCallHandlers {
    return {
      onOffer: (offer) => this.#replyTo(side, offer),
      onRefer: (refer) => {
        if (this.#is(0.3)) return false;
        if (this.#is(0.5)) refer.report(180);
        this.#after(this.#below(5000), () => refer.report(this.#is(0.5) ? 200 : 486));
        return true;
      },
      onEnded: (end) => {
        if (side.ends.push(end) > 1) this.complaints.push(`${side.id} ended twice`);
      },
    };
  }

  #replyTo(side: Side, _offer: Uint8Array | undefined): OfferReply | Promise<OfferReply> {
    if (side.ends.length > 0) this.complaints.push(`${side.id}: an offer after the end`);
    if (this.#is(0.1)) return { status: 488 };
    if (this.#is(0.05)) this.#throw("onOffer");
    const name = this.#name("answer");
    const reply = () => {
      side.local = name;
      return sdpBytes(name);
    };
    if (this.#is(0.6)) return reply();
    return new Promise((resolve) => this.#after(this.#below(2000), () => resolve(reply())));
  }

  /** Does something with a call now and then, until it is over. */
  #live(side: Side): void {
    const next = () => {
      if (side.ends.length > 0 || !this.isLively) return;
      this.#act(side);
      this.#after(this.#below(6000), next);
    };
    this.#after(this.#below(2000), next);
  }

  #act(side: Side): void {
    const call = side.call!;
    const what = this.#below(40);
    if (what < 14) return this.#change(side);
    if (what < 18) return this.#track(side, "info", call.info("text/plain", sdpBytes("x")));
    if (what < 22) return call.probe();
    if (what < 24) return this.#track(side, "refer", call.refer("sip:1003@192.0.2.99"));
    if (what === 24) return this.#hangUp(side);
  }

  #change(side: Side): void {
    const offer = this.#name("offer");
    const changing = side.call!.reinvite(sdpBytes(offer)).then(() => void (side.local = offer));
    this.#track(side, "reinvite", changing);
  }

  #hangUp(side: Side): void {
    this.#track(side, "hangup", side.call!.hangup({ reason: "Q.850;cause=16" }));
  }

  #track(side: Side, what: string, promise: Promise<unknown>): void {
    const key = `${what} ${this.#names++}`;
    side.open.add(key);
    const fail = (error: unknown) => {
      const isFair = error instanceof SipStatusError && FAIR_REFUSALS.has(error.status);
      if (!isFair) this.complaints.push(`${side.id} ${what}: ${error}`);
    };
    void promise.catch(fail).then(() => side.open.delete(key));
  }

  #throw(where: string): never {
    this.thrown++;
    throw new Error(`${where} throws on purpose`);
  }

  #after(ms: number, act: () => void): void {
    this.#clock.setTimer(act, ms);
  }

  #name(kind: string): string {
    return `${kind} ${this.#names++} of ${this.name}`;
  }

  #is(chance: number): boolean {
    return this.#random.uint32() / 2 ** 32 < chance;
  }

  #below(limit: number): number {
    return this.#random.uint32() % limit;
  }
}
