/** The answer to a session description, RFC 3264 section 6. */

import { agreeMedia, commonCodec, isUsableAudio } from "./agree_media.ts";
import { type AudioFormat, isSameCodec } from "./audio_format.ts";
import { canReach } from "./ip_address.ts";
import type { MediaAgreement, MediaCapabilities } from "./media_agreement.ts";
import type { SdpMedia, SdpSession } from "./sdp.ts";

/** An answer, and what it means. */
export interface SdpAnswer {
  /** What was agreed. */
  readonly agreement: MediaAgreement;
  /** Our media, one for each of the offer and in its order. */
  readonly media: readonly SdpMedia[];
}

/**
 * Answers an offer: the first sound we can talk over is taken with one codec, before others one at an
 * address like ours, and all else is refused by port 0. `"no-common-codec"` means 488.
 *
 * ```ts
 * import { answerOffer, parseSdp } from "@sofia/phone/sip";
 * import assert from "node:assert/strict";
 *
 * const offer = parseSdp(new TextEncoder().encode(
 *   "v=0\r\nc=IN IP4 192.0.2.1\r\nm=audio 4000 RTP/AVP 8 0\r\na=sendonly\r\n",
 * ));
 * assert("media" in offer);
 * const codecs = [{ name: "PCMU", clockRate: 8000, payloadType: 0 }];
 * const answer = answerOffer(offer, { address: "192.0.2.2", port: 5000, codecs });
 * assert(typeof answer === "object");
 * assert.equal(answer.agreement.direction, "recvonly");
 * assert.deepEqual(answer.agreement.remoteRtp, { address: "192.0.2.1", port: 4000 });
 * ```
 */
export function answerOffer(
  offer: SdpSession,
  capabilities: MediaCapabilities,
): SdpAnswer | "no-common-codec" {
  const usable = offer.media.filter(isUsableAudio);
  // Whoever offers the same sound by both versions of IP means us to take ours (RFC 5118 section 4.7).
  const isOurVersion = ({ address }: SdpMedia) => canReach(capabilities.address, address);
  const inOrder = [...usable.filter(isOurVersion), ...usable];
  for (const offered of inOrder) {
    const audio = answerAudio(offered, capabilities);
    if (audio === undefined) continue;
    const media = offer.media.map((other) => other === offered ? audio.media : refused(other));
    return { agreement: audio.agreement, media };
  }
  return "no-common-codec";
}

/** Our half of a medium that is switched off, RFC 3264 section 6. */
export function refused(media: SdpMedia): SdpMedia {
  const { type, protocol, payloads } = media;
  const off = { port: 0, formats: [], address: "", rtcpMux: false, direction: "inactive" } as const;
  return { type, protocol, payloads, ...off };
}

/** Our half of a medium that is on. */
export function ownAudio(
  formats: readonly AudioFormat[],
  capabilities: MediaCapabilities,
): Pick<SdpMedia, "type" | "port" | "payloads" | "formats" | "address" | "rtcp"> {
  const { address, port, rtcpPort = port + 1 } = capabilities;
  const payloads = formats.map(({ payloadType }) => payloadType).join(" ");
  const rtcp = rtcpPort === port + 1 ? undefined : { address, port: rtcpPort };
  return { type: "audio", port, payloads, formats, address, rtcp };
}

function answerAudio(
  offered: SdpMedia,
  capabilities: MediaCapabilities,
): { readonly agreement: MediaAgreement; readonly media: SdpMedia } | undefined {
  const { codecs, prefersRemoteOrder } = capabilities;
  const common = commonCodec(codecs, offered.formats, prefersRemoteOrder);
  if (common === undefined) return undefined;
  // The offered numbers stay, so that both directions use the same (RFC 3264 section 6.1).
  const codec = { ...common.ours, payloadType: common.theirs.payloadType };
  const formats = [codec, ...extras(codec, offered.formats, capabilities)];
  const agreement = agreeMedia(
    { ours: codec, theirs: common.theirs },
    formats,
    offered,
    capabilities,
  );
  const { rtcpMux, direction, ptimeMs } = agreement;
  const { protocol } = offered;
  const media = { ...ownAudio(formats, capabilities), protocol, rtcpMux, direction, ptimeMs };
  return { agreement, media };
}

/** Digits and comfort noise to go with a codec, under the offered numbers. */
function extras(
  { name, clockRate }: AudioFormat,
  offered: readonly AudioFormat[],
  { telephoneEvents = true, comfortNoise = true }: MediaCapabilities,
): AudioFormat[] {
  const find = (wanted: string, rate: number) =>
    offered.find((format) => isSameCodec(format, { name: wanted, clockRate: rate }));
  const digits = find("telephone-event", clockRate) ?? find("telephone-event", 8000);
  const noise = name.toLowerCase() === "opus" ? undefined : find("CN", clockRate);
  const formats: AudioFormat[] = [];
  if (telephoneEvents && digits !== undefined) formats.push({ ...digits, fmtp: "0-15" });
  if (comfortNoise && noise !== undefined) formats.push({ ...noise, fmtp: undefined });
  return formats;
}
