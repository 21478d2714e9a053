/** What two lists of formats have in common, RFC 3264 sections 6.1 and 7. */

import type { Endpoint } from "../udp/mod.ts";
import { type AudioFormat, isSameCodec } from "./audio_format.ts";
import { isHostAddress } from "./ip_address.ts";
import type { MediaAgreement, MediaCapabilities, PayloadTypes } from "./media_agreement.ts";
import type { MediaDirection, SdpMedia } from "./sdp.ts";

/** A codec, as we name it and as the peer does. */
export interface CommonCodec {
  readonly ours: AudioFormat;
  readonly theirs: AudioFormat;
}

/** Whether we can talk over a medium at all, codecs aside: plain RTP sound to a real address. */
export function isUsableAudio({ type, port, protocol, address }: SdpMedia): boolean {
  // RTP/AVPF differs by feedback, which may stay unused. Encrypted profiles may not (RFC 4568).
  return type === "audio" && port > 0 && (protocol === "RTP/AVP" || protocol === "RTP/AVPF") &&
    isHostAddress(address);
}

/** The best codec both know: by the order of `ours`, or else by the order of `theirs`. */
export function commonCodec(
  ours: readonly AudioFormat[],
  theirs: readonly AudioFormat[],
  byTheirOrder = false,
): CommonCodec | undefined {
  if (byTheirOrder) {
    const swapped = commonCodec(theirs, ours);
    return swapped && { ours: swapped.theirs, theirs: swapped.ours };
  }
  for (const our of ours) {
    const their = theirs.find((format) => isSameCodec(format, our));
    if (their !== undefined) return { ours: our, theirs: their };
  }
  return undefined;
}

/**
 * The agreement about a codec.
 *
 * @param ours the formats we receive, by the numbers we gave
 * @param theirs the peer's medium
 */
export function agreeMedia(
  codec: CommonCodec,
  ours: readonly AudioFormat[],
  theirs: SdpMedia,
  capabilities: MediaCapabilities,
): MediaAgreement {
  const { clockRate, name } = codec.theirs;
  const pair = (wanted: string, rate: number): PayloadTypes | undefined => {
    const format = { name: wanted, clockRate: rate };
    const receive = ours.find((our) => isSameCodec(our, format));
    const send = theirs.formats.find((their) => isSameCodec(their, format));
    return receive && send && { send: send.payloadType, receive: receive.payloadType };
  };
  // Digits at another clock than the sound's are against RFC 4733 section 2.1, yet better than none.
  const digitClocks = [clockRate, 8000];
  const digitClock = digitClocks.find((rate) => pair("telephone-event", rate) !== undefined);
  const digits = digitClock === undefined ? undefined : pair("telephone-event", digitClock);
  const isOpus = name.toLowerCase() === "opus";
  const rtcpMux = capabilities.rtcpMux === true && theirs.rtcpMux;
  const remote = remoteEndpoints(theirs, rtcpMux);
  const isHeld = remote === undefined || !receives(theirs.direction);
  const wish = capabilities.direction ?? "sendrecv";
  return {
    codec: codec.theirs,
    payloadTypes: { send: codec.theirs.payloadType, receive: codec.ours.payloadType },
    telephoneEvent: digits && { ...digits, clockRate: digitClock! },
    // Opus has a silence of its own.
    comfortNoise: isOpus ? undefined : pair("CN", clockRate),
    ptimeMs: agreedPtime(theirs, capabilities.ptimesMs),
    remoteRtp: remote?.rtp,
    remoteRtcp: remote?.rtcp,
    rtcpMux,
    direction: directionOf(sends(wish) && !isHeld, receives(wish) && sends(theirs.direction)),
    isHeld,
  };
}

/** The packet length the peer likes if we can make it, else our first that it bears. */
function agreedPtime({ ptimeMs, maxPtimeMs }: SdpMedia, ptimes: readonly number[] = [20]): number {
  const borne = ptimes.filter((ms) => ms <= (maxPtimeMs ?? Infinity));
  return borne.find((ms) => ms === ptimeMs) ?? borne[0] ?? ptimes[0];
}

/** Undefined for 0.0.0.0 and ::, by which RFC 2543 said hold: nothing may be sent there. */
function remoteEndpoints(
  { address, port, rtcp }: SdpMedia,
  rtcpMux: boolean,
): { readonly rtp: Endpoint; readonly rtcp: Endpoint } | undefined {
  if (address === "0.0.0.0" || address === "::") return undefined;
  const rtp = { address, port };
  if (rtcpMux) return { rtp, rtcp: rtp };
  const isReal = rtcp !== undefined && isHostAddress(rtcp.address) && rtcp.address !== "0.0.0.0";
  return { rtp, rtcp: isReal ? rtcp : { address, port: Math.min(port + 1, 65_535) } };
}

/** True when a side with this direction sends, RFC 3264 section 6.1. */
function sends(direction: MediaDirection): boolean {
  return direction === "sendrecv" || direction === "sendonly";
}

/** True when a side with this direction receives. */
function receives(direction: MediaDirection): boolean {
  return direction === "sendrecv" || direction === "recvonly";
}

/** The direction of a side that sends, receives, both or none. */
function directionOf(isSending: boolean, isReceiving: boolean): MediaDirection {
  if (isSending) return isReceiving ? "sendrecv" : "sendonly";
  return isReceiving ? "recvonly" : "inactive";
}
