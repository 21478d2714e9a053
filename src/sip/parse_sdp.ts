/** From the bytes of a body to a session description, by way of sdp-transform. */

import { parse, type SessionDescription } from "sdp-transform";
import type { Endpoint } from "../udp/mod.ts";
import { type AudioFormat, staticFormat } from "./audio_format.ts";
import { parseDigits } from "./chars.ts";
import type { SdpFault, SdpMedia, SdpSession } from "./sdp.ts";

/** What the library knows of a medium, or of the session where a medium says nothing. */
type Attributes = Partial<SessionDescription["media"][number]>;

interface MediaLine {
  readonly type: string;
  readonly port: number;
  readonly protocol: string;
  readonly payloads: string;
}

const MAX_BYTES = 16_384;
const MAX_LINES = 500;
const MAX_MEDIA = 32;
const MAX_FORMATS = 128;

// The library tries up to sixty patterns on a line: it is given the lines whose meaning we use.
const ATTRIBUTES = new Set(
  ["rtpmap", "fmtp", "rtcp", "rtcp-mux", "ptime", "maxptime"].concat(
    ["sendrecv", "sendonly", "recvonly", "inactive"],
  ),
);

const decoder = new TextDecoder();

/**
 * Reads a session description; at most 16 KiB, 500 lines that matter and 32 media. Never throws.
 *
 * Liberal: `s=`, `t=` and even `o=` may be missing, and attributes nobody here knows are skipped.
 */
export function parseSdp(bytes: Uint8Array): SdpSession | SdpFault {
  if (bytes.length > MAX_BYTES) {
    return { fault: "too-large", text: `The description exceeds ${MAX_BYTES} bytes` };
  }
  const lines = decoder.decode(bytes).split("\n").map(withoutEnd).filter(isUsed);
  if (lines.length > MAX_LINES) {
    return { fault: "too-large", text: `The description exceeds ${MAX_LINES} lines` };
  }
  if (lines[0] !== "v=0") return { fault: "not-sdp", text: "The description starts with no v=0" };
  const mediaLines = lines.filter((line) => line.startsWith("m=")).map(parseMediaLine);
  if (mediaLines.length > MAX_MEDIA) {
    return { fault: "too-many-media", text: `More than ${MAX_MEDIA} media` };
  }
  const session = parse(lines.join("\n"));
  const media: SdpMedia[] = [];
  for (const [position, line] of mediaLines.entries()) {
    if (line === undefined) return { fault: "malformed-media", text: "An m= line is malformed" };
    media.push(mediaOf(line, session.media[position], session as Attributes));
  }
  const { sessionId = "0", sessionVersion = "0", address = "" } = session.origin ?? {};
  const origin = { sessionId: String(sessionId), version: String(sessionVersion), address };
  return { origin, media };
}

function withoutEnd(line: string): string {
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}

function isUsed(line: string): boolean {
  if (!line.startsWith("a=")) return /^[vocm]=/.test(line);
  const colon = line.indexOf(":");
  return ATTRIBUTES.has(line.slice(2, colon === -1 ? line.length : colon));
}

/** `m=audio 49170/2 RTP/AVP 0 8`: read here, as the library knows no number of ports. */
function parseMediaLine(line: string): MediaLine | undefined {
  const [type, ports, protocol, ...payloads] = line.slice(2).split(" ").filter(Boolean);
  const port = parseDigits(ports?.split("/")[0] ?? "", 65_535);
  if (port === undefined || protocol === undefined) return undefined;
  if (payloads.length === 0 || payloads.length > MAX_FORMATS) return undefined;
  return { type, port, protocol, payloads: payloads.join(" ") };
}

function mediaOf(line: MediaLine, own: Attributes, session: Attributes): SdpMedia {
  const address = addressOf(own.connection ?? session.connection);
  return {
    ...line,
    formats: formatsOf(line.payloads, own),
    address,
    rtcp: rtcpOf(own, address),
    rtcpMux: own.rtcpMux !== undefined,
    direction: own.direction ?? session.direction ?? "sendrecv",
    ptimeMs: duration(own.ptime ?? session.ptime),
    maxPtimeMs: duration(own.maxptime ?? session.maxptime),
  };
}

/** A unicast address; `224.2.1.1/127` loses what follows the slash. */
function addressOf(connection: Attributes["connection"]): string {
  return String(connection?.ip ?? "").split("/")[0];
}

function rtcpOf({ rtcp }: Attributes, address: string): Endpoint | undefined {
  const port = Number(rtcp?.port);
  if (!(port > 0 && port <= 65_535)) return undefined;
  return { address: rtcp?.address === undefined ? address : String(rtcp.address), port };
}

/** The formats of an `m=` line that have a name: from a rtpmap, or by their number. */
function formatsOf(payloads: string, { rtp = [], fmtp = [] }: Attributes): AudioFormat[] {
  const named = new Map(rtp.map((format) => [Number(format.payload), format]));
  const parameters = new Map(fmtp.map(({ payload, config }) => [Number(payload), String(config)]));
  const formats: AudioFormat[] = [];
  for (const text of new Set(payloads.split(" "))) {
    const payloadType = parseDigits(text, 127);
    if (payloadType === undefined) continue;
    const format = named.get(payloadType);
    const plain = format === undefined ? staticFormat(payloadType) : {
      name: String(format.codec),
      clockRate: Number(format.rate),
      // Some end the line with a slash and no number.
      channels: Number(format.encoding || 1),
      payloadType,
    };
    if (plain === undefined || !(plain.clockRate > 0)) continue;
    const config = parameters.get(payloadType);
    formats.push(config === undefined ? plain : { ...plain, fmtp: config });
  }
  return formats;
}

function duration(value: unknown): number | undefined {
  const ms = Number(value ?? NaN);
  return ms > 0 ? ms : undefined;
}
