import {
  type Goodbye,
  type ReportBlock,
  RTCP_TYPES,
  type RtcpFault,
  type RtcpPacket,
  type SourceDescription,
  type SourceDescriptionChunk,
} from "./rtcp_packet.ts";

const HEADER_BYTES = 4;
const BLOCK_BYTES = 24;
const utf8 = new TextDecoder();

/**
 * Reads a compound RTCP packet by the rules of RFC 3550 appendix A.2, or says why it is none; never
 * throws.
 *
 * ```
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |V=2|P|  count  |  packet type  |  length in words, less one    |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                          as the type says, and the next header|
 * ```
 *
 * @example
 * ```ts
 * import { parseRtcp } from "@sofia/phone/rtp";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(parseRtcp(Uint8Array.of(0x80, 201, 0, 1, 0, 0, 0, 7)), [
 *   { type: "receiver-report", ssrc: 7, reports: [] },
 * ]);
 * assert.equal(parseRtcp(Uint8Array.of(0x80, 201, 0, 9, 0, 0, 0, 7)), "bad-length");
 * ```
 */
export function parseRtcp(bytes: Uint8Array): RtcpPacket[] | RtcpFault {
  if (bytes.length < 2 * HEADER_BYTES) return "too-short";
  const packets: RtcpPacket[] = [];
  for (let start = 0; start < bytes.length;) {
    if (bytes.length - start < HEADER_BYTES) return "bad-length";
    const view = new DataView(bytes.buffer, bytes.byteOffset + start, bytes.length - start);
    const flags = view.getUint8(0);
    const type = view.getUint8(1);
    if (flags >> 6 !== 2) return "bad-version";
    if (start === 0 && type !== RTCP_TYPES.senderReport && type !== RTCP_TYPES.receiverReport) {
      return "bad-first-type";
    }
    const length = (view.getUint16(2) + 1) * 4;
    if (length > view.byteLength) return "bad-length";
    let end = length;
    if ((flags & 0x20) !== 0) {
      // Only the last packet may be padded: otherwise the others could not be found.
      const padding = view.getUint8(length - 1);
      const last = start + length === bytes.length;
      if (!last || padding === 0 || padding % 4 !== 0 || padding > length - HEADER_BYTES) {
        return "bad-padding";
      }
      end -= padding;
    }
    const body = new DataView(view.buffer, view.byteOffset, end);
    const packet = parseOne(type, flags & 0x1f, body);
    if (typeof packet === "string") return packet;
    packets.push(packet);
    start += length;
  }
  return packets;
}

/** `view` is the packet with its header and without its padding. */
function parseOne(type: number, count: number, view: DataView): RtcpPacket | RtcpFault {
  switch (type) {
    case RTCP_TYPES.senderReport: {
      const reports = parseBlocks(view, 28, count);
      if (!reports) return "bad-report-count";
      return {
        type: "sender-report",
        ssrc: view.getUint32(4),
        ntpTime: { seconds: view.getUint32(8), fraction: view.getUint32(12) },
        rtpTimestamp: view.getUint32(16),
        packets: view.getUint32(20),
        octets: view.getUint32(24),
        reports,
      };
    }
    case RTCP_TYPES.receiverReport: {
      const reports = parseBlocks(view, 8, count);
      if (!reports) return "bad-report-count";
      return { type: "receiver-report", ssrc: view.getUint32(4), reports };
    }
    case RTCP_TYPES.sourceDescription:
      return parseSourceDescription(view, count) ?? "bad-source-description";
    case RTCP_TYPES.goodbye:
      return parseGoodbye(view, count) ?? "bad-goodbye";
    default:
      return { type: "other", packetType: type };
  }
}

function parseBlocks(view: DataView, start: number, count: number): ReportBlock[] | undefined {
  if (start + count * BLOCK_BYTES > view.byteLength) return undefined;
  return Array.from({ length: count }, (_, index) => {
    const at = start + index * BLOCK_BYTES;
    return {
      ssrc: view.getUint32(at),
      fractionLost: view.getUint8(at + 4),
      cumulativeLost: view.getInt32(at + 4) << 8 >> 8,
      highestSequence: view.getUint32(at + 8),
      jitter: view.getUint32(at + 12),
      lastSenderReport: view.getUint32(at + 16),
      delaySinceLastSenderReport: view.getUint32(at + 20),
    };
  });
}

function parseSourceDescription(view: DataView, count: number): SourceDescription | undefined {
  const chunks: SourceDescriptionChunk[] = [];
  let at = HEADER_BYTES;
  for (let i = 0; i < count; i++) {
    if (at + 4 > view.byteLength) return undefined;
    const ssrc = view.getUint32(at);
    let cname: string | undefined;
    at += 4;
    while (at < view.byteLength && view.getUint8(at) !== 0) {
      if (at + 2 > view.byteLength) return undefined;
      const length = view.getUint8(at + 1);
      if (at + 2 + length > view.byteLength) return undefined;
      if (view.getUint8(at) === 1) cname ??= text(view, at + 2, length);
      at += 2 + length;
    }
    // The list ends with a zero byte, and zeros up to the next word.
    if (at >= view.byteLength) return undefined;
    at = (at + 4) & ~3;
    chunks.push({ ssrc, cname });
  }
  return { type: "source-description", chunks };
}

function parseGoodbye(view: DataView, count: number): Goodbye | undefined {
  const end = HEADER_BYTES + count * 4;
  if (end > view.byteLength) return undefined;
  const ssrcs = Array.from({ length: count }, (_, i) => view.getUint32(HEADER_BYTES + i * 4));
  if (end === view.byteLength) return { type: "goodbye", ssrcs };
  const length = view.getUint8(end);
  if (end + 1 + length > view.byteLength) return undefined;
  return { type: "goodbye", ssrcs, reason: text(view, end + 1, length) };
}

function text(view: DataView, start: number, length: number): string {
  return utf8.decode(new Uint8Array(view.buffer, view.byteOffset + start, length));
}
