/** Our offer and what an answer to it means, RFC 3264 sections 5, 7 and 8. */

import { agreeMedia, commonCodec, isUsableAudio } from "./agree_media.ts";
import { ownAudio } from "./answer_offer.ts";
import { type AudioFormat, isSameCodec } from "./audio_format.ts";
import type { MediaAgreement, MediaCapabilities } from "./media_agreement.ts";
import type { SdpFault, SdpMedia, SdpSession } from "./sdp.ts";

// 101 is where most look for digits; the dynamic numbers are 96-127 (RFC 3551 section 3).
const DYNAMIC = [...range(101, 127), ...range(96, 100)];

/**
 * The audio medium that offers all we can do.
 *
 * @param known formats that have a number in this session already, which they keep: a number must
 * not change its meaning (RFC 3264 section 8.3.2)
 */
export function createOffer(
  capabilities: MediaCapabilities,
  known: readonly AudioFormat[] = [],
): SdpMedia {
  const { codecs, telephoneEvents = true, comfortNoise = true } = capabilities;
  const clocks = new Set(codecs.map(({ clockRate }) => clockRate));
  const formats: Omit<AudioFormat, "payloadType">[] = [...codecs];
  if (telephoneEvents) {
    for (const clockRate of clocks) {
      formats.push({ name: "telephone-event", clockRate, fmtp: "0-15" });
    }
  }
  if (comfortNoise && clocks.has(8000)) formats.push(COMFORT_NOISE);
  const { rtcpMux = false, direction = "sendrecv", ptimesMs = [20] } = capabilities;
  const media = ownAudio(numbered(formats, known), capabilities);
  return { ...media, protocol: "RTP/AVP", rtcpMux, direction, ptimeMs: ptimesMs[0] };
}

/**
 * What an answer agrees to: the first of its codecs that was offered.
 *
 * @param offered the media of our offer
 * @param capabilities those the offer was made of
 */
export function acceptAnswer(
  offered: readonly SdpMedia[],
  answer: SdpSession,
  capabilities: MediaCapabilities,
): MediaAgreement | "no-common-codec" | SdpFault {
  if (answer.media.length !== offered.length) {
    const text = `${answer.media.length} media answer ${offered.length}`;
    return { fault: "wrong-media", text };
  }
  const position = offered.findIndex(({ type, port }) => type === "audio" && port > 0);
  const ours = offered[position];
  const theirs = answer.media[position];
  if (ours === undefined || !isUsableAudio(theirs)) return "no-common-codec";
  const codecs = ours.formats.filter(isCodec);
  const codec = commonCodec(codecs, theirs.formats, true);
  if (codec === undefined) return "no-common-codec";
  return agreeMedia(codec, ours.formats, theirs, capabilities);
}

const COMFORT_NOISE = { name: "CN", clockRate: 8000, payloadType: 13 };

function isCodec({ name }: AudioFormat): boolean {
  return name !== "telephone-event" && name !== "CN";
}

/** Each format under the number it has, or likes, or else under a free one. */
function numbered(
  formats: readonly (Omit<AudioFormat, "payloadType"> & Partial<AudioFormat>)[],
  known: readonly AudioFormat[],
): AudioFormat[] {
  const taken = new Set(known.map(({ payloadType }) => payloadType));
  const wished = new Set(formats.map(({ payloadType }) => payloadType));
  return formats.map((format) => {
    let payloadType = known.find((other) => isSameCodec(other, format))?.payloadType;
    if (payloadType === undefined) {
      const wish = format.payloadType;
      payloadType = wish !== undefined && !taken.has(wish)
        ? wish
        : DYNAMIC.find((number) => !taken.has(number) && !wished.has(number));
    }
    if (payloadType === undefined) {
      throw new RangeError(
        `Cannot offer codecs as there are 32 dynamic payload types: current value is ${formats.length}`,
      );
    }
    taken.add(payloadType);
    return { ...format, payloadType };
  });
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}
