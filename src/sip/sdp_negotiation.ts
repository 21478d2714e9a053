/** All offers and answers of one call, RFC 3264 section 8. */

import type { Random } from "../clock/mod.ts";
import { answerOffer, refused } from "./answer_offer.ts";
import type { AudioFormat } from "./audio_format.ts";
import { acceptAnswer, createOffer } from "./create_offer.ts";
import { formatSdp } from "./format_sdp.ts";
import type { MediaAgreement, MediaCapabilities } from "./media_agreement.ts";
import { parseSdp } from "./parse_sdp.ts";
import type { SdpFault, SdpMedia } from "./sdp.ts";

/** Why there is no agreement: `"no-common-codec"` is answered by 488, a fault by 400. */
export type SdpRefusal = "no-common-codec" | SdpFault;

/** Our answer as bytes, and what it means. */
export interface NegotiatedAnswer {
  /** The body to send. */
  readonly sdp: Uint8Array;
  /** What was agreed. */
  readonly agreement: MediaAgreement;
}

/** A description of ours. */
interface OwnDescription {
  readonly media: readonly SdpMedia[];
  /** What it was made of. */
  readonly capabilities: MediaCapabilities;
}

/**
 * Keeps what lasts from one offer to the next: the session's id and its version, which grows when a
 * description of ours differs from the last; the order of the media; the meaning of payload types.
 *
 * What is refused changes nothing: the last agreement stays in force.
 *
 * ```ts
 * import { SeededRandom } from "@sofia/phone/clock";
 * import { SdpNegotiation } from "@sofia/phone/sip";
 * import assert from "node:assert/strict";
 *
 * const codecs = [{ name: "PCMU", clockRate: 8000, payloadType: 0 }];
 * const caller = new SdpNegotiation(new SeededRandom(1));
 * const callee = new SdpNegotiation(new SeededRandom(2));
 * const offer = caller.offer({ address: "192.0.2.1", port: 4000, codecs });
 * const answer = callee.answer(offer, { address: "192.0.2.2", port: 5000, codecs });
 * assert(typeof answer === "object" && "sdp" in answer);
 * caller.accept(answer.sdp);
 * assert.deepEqual(caller.agreement?.remoteRtp, { address: "192.0.2.2", port: 5000 });
 * ```
 */
export class SdpNegotiation {
  readonly #sessionId: string;
  #version = 0;
  #lastBody = "";
  #known: readonly AudioFormat[] = [];
  /** What we offer right now. */
  #offered: OwnDescription | undefined;
  /** What was agreed last: the number and the order of its media must stay. */
  #settled: OwnDescription | undefined;
  #agreement: MediaAgreement | undefined;

  /**
   * A negotiation of one call.
   *
   * @param random makes the session's id
   */
  constructor(random: Random) {
    this.#sessionId = String(random.uint32());
  }

  /** What is in force; undefined before the first answer. */
  get agreement(): MediaAgreement | undefined {
    return this.#agreement;
  }

  /**
   * Our offer, the first or another one: hold, resume, an address, a codec. To change nothing but
   * the direction, give `codecs: [agreement.codec]`.
   */
  offer(capabilities: MediaCapabilities): Uint8Array {
    const audio = createOffer(capabilities, this.#known);
    const before = this.#settled?.media ?? [];
    const position = before.findIndex(({ port }) => port > 0);
    const media = position === -1
      ? [audio]
      : before.map((other, at) => at === position ? audio : refused(other));
    this.#offered = { media, capabilities };
    return this.#write(media, capabilities.address);
  }

  /** The peer has refused our offer: what was agreed before stays in force. */
  withdraw(): void {
    this.#offered = undefined;
  }

  /**
   * Takes the peer's answer to our last offer; without one, to the description in force, which is
   * offered again to keep a session alive.
   */
  accept(answer: Uint8Array): MediaAgreement | SdpRefusal {
    const ours = this.#offered ?? this.#settled;
    if (ours === undefined) {
      return { fault: "wrong-media", text: "An answer came without an offer" };
    }
    const session = parseSdp(answer);
    if ("fault" in session) return session;
    const agreement = acceptAnswer(ours.media, session, ours.capabilities);
    if (typeof agreement === "string" || "fault" in agreement) return agreement;
    this.#settle(agreement, ours);
    return agreement;
  }

  /** Answers the peer's offer. */
  answer(offer: Uint8Array, capabilities: MediaCapabilities): NegotiatedAnswer | SdpRefusal {
    const session = parseSdp(offer);
    if ("fault" in session) return session;
    const answer = answerOffer(session, capabilities);
    if (typeof answer === "string") return answer;
    const { agreement, media } = answer;
    this.#settle(agreement, { media, capabilities });
    return { sdp: this.#write(media, capabilities.address), agreement };
  }

  #settle(agreement: MediaAgreement, ours: OwnDescription): void {
    this.#offered = undefined;
    this.#settled = ours;
    this.#agreement = agreement;
    const formats = ours.media.flatMap((one) => one.formats);
    const renumbered = new Set(formats.map(({ payloadType }) => payloadType));
    this.#known = [...formats, ...this.#known.filter((old) => !renumbered.has(old.payloadType))];
  }

  #write(media: readonly SdpMedia[], address: string): Uint8Array {
    const body = JSON.stringify([media, address]);
    if (body !== this.#lastBody) this.#version++;
    this.#lastBody = body;
    const version = String(this.#version);
    return formatSdp({ origin: { sessionId: this.#sessionId, version, address }, media });
  }
}
