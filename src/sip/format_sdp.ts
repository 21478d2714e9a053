/** From a session description of ours to bytes, by way of sdp-transform. */

import { type SessionDescription, write } from "sdp-transform";
import type { SdpMedia, SdpSession } from "./sdp.ts";

const encoder = new TextEncoder();

/** Writes a description. The address of its origin is also where all its media are received. */
export function formatSdp({ origin, media }: SdpSession): Uint8Array {
  const { address } = origin;
  const ipVer = address.includes(":") ? 6 : 4;
  const description: SessionDescription = {
    version: 0,
    origin: {
      username: "-",
      sessionId: origin.sessionId,
      sessionVersion: Number(origin.version),
      netType: "IN",
      ipVer,
      address,
    },
    name: "-",
    connection: { version: ipVer, ip: address },
    timing: { start: 0, stop: 0 },
    media: media.map(mediaDescription),
  };
  return encoder.encode(write(description));
}

function mediaDescription(media: SdpMedia): SessionDescription["media"][number] {
  const { type, port, protocol, payloads, formats, rtcp, rtcpMux, direction } = media;
  const line = { type, port, protocol, payloads };
  // A refused medium needs no attributes, RFC 3264 section 6.
  if (port === 0) return { ...line, rtp: [], fmtp: [] };
  return {
    ...line,
    rtp: formats.map(({ payloadType, name, clockRate, channels = 1 }) => ({
      payload: payloadType,
      codec: name,
      rate: clockRate,
      encoding: channels === 1 ? undefined : channels,
    })),
    fmtp: formats.flatMap(({ payloadType, fmtp }) =>
      fmtp === undefined ? [] : [{ payload: payloadType, config: fmtp }]
    ),
    rtcp: rtcp && { port: rtcp.port },
    rtcpMux: rtcpMux ? "rtcp-mux" : undefined,
    ptime: media.ptimeMs,
    maxptime: media.maxPtimeMs,
    direction,
  };
}
