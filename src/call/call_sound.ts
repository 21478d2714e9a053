/** The sound of one call: what was agreed on it, the ports it takes, and the chain that runs on them. */

import type { CallInfo, HistoryEntry } from "../backend/mod.ts";
import { codecFor } from "../codec/mod.ts";
import { type ConversationEvent, MediaSession } from "../media/mod.ts";
import {
  answerOffer,
  type MediaAgreement,
  type MediaCapabilities,
  type OfferReply,
  parseSdp,
  SdpNegotiation,
  type SdpRefusal,
} from "../sip/mod.ts";
import type { PortLease } from "../udp/mod.ts";
import type { CallResources } from "./call_resources.ts";

/** Whom a {@link CallSound} belongs to, and who is told what becomes of it. */
export interface CallSoundOptions {
  /** Who calls. */
  readonly info: CallInfo;
  /** The conversation so far, kept up to date. */
  readonly history: HistoryEntry[];
  /** A key went down, told in RTP. */
  readonly onDtmf: (digit: string) => void;
  /** Something happened in the conversation. */
  readonly onEvent: (event: ConversationEvent) => void;
  /** Something failed that the call survives. */
  readonly onError: (error: unknown) => void;
  /** The backend has nothing more to say, or the chain failed with `error`. */
  readonly onOver: (error?: unknown) => void;
  /** Gives the caller to somebody else; resolves with whether that worked. */
  readonly transfer: (target: string) => Promise<boolean>;
}

/**
 * What is heard and said in a call, whoever has called whom.
 *
 * It knows nothing of messages: whoever holds the call sends the descriptions it makes, and gives it
 * those that come.
 */
export class CallSound {
  readonly #resources: CallResources;
  readonly #options: CallSoundOptions;
  readonly #negotiation: SdpNegotiation;
  readonly #abort = new AbortController();
  #lease: PortLease | undefined;
  #leasing: Promise<unknown> = Promise.resolve();
  #isConfirmed = false;
  #media: MediaSession | undefined;
  #ended: Promise<void> = Promise.resolve();

  /** Nothing is agreed on yet, and no port taken. */
  constructor(resources: CallResources, options: CallSoundOptions) {
    this.#resources = resources;
    this.#options = options;
    this.#negotiation = new SdpNegotiation(resources.random);
  }

  /** The chain that runs, and its figures; undefined before {@link begin}. */
  get media(): MediaSession | undefined {
    return this.#media;
  }

  /** Judges an offer before a port is spent on it. */
  foreseeRefusal(offer: Uint8Array): SdpRefusal | undefined {
    const session = parseSdp(offer);
    if ("fault" in session) return session;
    const answer = answerOffer(session, { ...this.#capabilities(), port: 9 });
    return typeof answer === "string" ? answer : undefined;
  }

  /** Takes the ports. @throws {PortsExhaustedError} when none is free */
  async acquire(): Promise<void> {
    const leasing = this.#resources.ports.acquire();
    this.#leasing = leasing;
    this.#lease = await leasing;
  }

  /** Our offer of all that can be done on the ports we have. */
  offer(): Uint8Array {
    return this.#negotiation.offer(this.#capabilities());
  }

  /** The other side has refused our offer: what was agreed before stays. */
  withdraw(): void {
    this.#negotiation.withdraw();
  }

  /** Our answer to the first offer of the other side; the chain runs from then on. */
  answer(offer: Uint8Array): Uint8Array | SdpRefusal {
    const answer = this.#negotiation.answer(offer, this.#capabilities());
    if (!isAnswer(answer)) return answer;
    this.#begin(answer.agreement);
    return answer.sdp;
  }

  /**
   * Takes the answer to an offer of ours: the first one begins the chain, a later one changes what
   * it runs under.
   *
   * @throws {Error} when it fits nothing that we can do
   */
  accept(sdp: Uint8Array): void {
    const agreement = this.#negotiation.accept(sdp);
    if (typeof agreement === "string" || "fault" in agreement) {
      throw new Error(`The answer to our offer fits nothing we can do`);
    }
    if (this.#media === undefined) this.#begin(agreement);
    else this.#media.agree(agreement);
  }

  /** Our reply to a further offer of the other side; undefined asks for ours. */
  renegotiate(offer: Uint8Array | undefined): OfferReply {
    if (offer === undefined) return this.offer();
    const answer = this.#negotiation.answer(offer, this.#capabilities());
    if (!isAnswer(answer)) return { status: answer === "no-common-codec" ? 488 : 400 };
    this.#media?.agree(answer.agreement);
    return answer.sdp;
  }

  /** The other side has taken part in the agreement: see {@link MediaSession.confirm}. */
  confirm(): void {
    this.#isConfirmed = true;
    this.#media?.confirm();
  }

  /** Ends all of it. Resolves, and never rejects, when nothing is left and the ports are given back. */
  async close(): Promise<void> {
    this.#abort.abort(new DOMException("The call is over", "AbortError"));
    await this.#leasing.catch(() => {});
    await this.#ended;
    await this.#lease?.release({ unused: this.#media === undefined });
  }

  #capabilities(): MediaCapabilities {
    const agreed = this.#negotiation.agreement?.codec;
    // A call keeps its codec: what its stages are made for cannot change under them.
    const formats = this.#resources.codecs.map(({ format }) => format);
    return {
      address: this.#resources.host,
      port: this.#lease?.rtp.local.port ?? 9,
      rtcpPort: this.#lease?.rtcp?.local.port,
      rtcpMux: true,
      codecs: agreed === undefined
        ? formats
        : formats.filter((format) => codecFor(this.#resources.codecs, agreed)?.format === format),
    };
  }

  #begin(agreement: MediaAgreement): void {
    const { codecs, pipeline } = this.#resources;
    const { info, onOver, ...options } = this.#options;
    const spec = codecFor(codecs, agreement.codec)!;
    const media = new MediaSession({
      ...this.#resources,
      ...options,
      lease: this.#lease!,
      codec: spec.create(agreement.codec),
      parameters: agreement,
      signal: this.#abort.signal,
      pipeline: (chain) => pipeline(chain, info),
      call: info,
    });
    this.#media = media;
    if (this.#isConfirmed) media.confirm();
    const over = (error?: unknown) => {
      if (!this.#abort.signal.aborted) onOver(error);
    };
    this.#ended = media.run().then(() => over(), over);
  }
}

function isAnswer<T extends { readonly sdp: Uint8Array }>(value: T | SdpRefusal): value is T {
  return typeof value === "object" && "sdp" in value;
}
