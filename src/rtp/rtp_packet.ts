/** An RTP packet, RFC 3550 section 5.1. */

import type { ByteSlab } from "../audio/mod.ts";

/** The header and payload of one RTP packet. */
export interface RtpPacket {
  /** What the payload is: 0-127, as agreed in SDP. */
  readonly payloadType: number;
  /** For audio: the first packet after a silence. */
  readonly marker: boolean;
  /** 16 bits, up by one each packet. */
  readonly sequenceNumber: number;
  /** 32 bits, in units of the codec's clock. */
  readonly timestamp: number;
  /** 32 bits: who sends. */
  readonly ssrc: number;
  /** The codec's bytes, without padding. */
  readonly payload: Uint8Array;
  /** The sources a mixer mixed. */
  readonly csrcs?: readonly number[];
  /** A header extension, RFC 3550 section 5.3.1. */
  readonly extension?: { readonly profile: number; readonly data: Uint8Array };
}

/** What a payload type was agreed to mean. An event takes a sequence number but has no sound. */
export type RtpPayloadKind = "audio" | "comfort-noise" | "telephone-event";

/** A packet of the call's locked source, as it goes down the chain. */
export interface ReceivedRtpPacket extends RtpPacket {
  /** When it came, in milliseconds of the call's clock. */
  readonly receivedAt: number;
  /** What its payload type was agreed to mean. */
  readonly kind: RtpPayloadKind;
}

/** Every {@link RtpFault}, in the order they are looked for. */
export const RTP_FAULTS = [
  "empty",
  "too-short",
  "bad-version",
  "bad-csrc-length",
  "bad-extension-length",
  "bad-padding",
] as const;

/** Why some bytes are no RTP packet. */
export type RtpFault = typeof RTP_FAULTS[number];

const HEADER_BYTES = 12;

/**
 * Reads an RTP packet, or says why the bytes are none; never throws.
 *
 * The payload, and the data of an extension, are views of `bytes`. A payload may be empty.
 *
 * ```
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |V=2|P|X|  CC   |M|     PT      |       sequence number         |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                           timestamp                           |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |           synchronization source (SSRC) identifier            |
 * +=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+
 * |            contributing source (CSRC) identifiers, CC of them |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |  if X:  defined by profile    | length in 32-bit words        |
 * |                        header extension                       |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                payload, and if P: padding, | padding length   |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * ```
 *
 * @example
 * ```ts
 * import { parseRtpPacket } from "@sofia/phone/rtp";
 * import assert from "node:assert/strict";
 *
 * const packet = parseRtpPacket(Uint8Array.of(0x80, 0x80, 0, 7, 0, 0, 0, 160, 0, 0, 0, 1, 0xff));
 * assert.ok(typeof packet !== "string");
 * assert.equal(packet.sequenceNumber, 7);
 * assert.equal(parseRtpPacket(Uint8Array.of(0x80)), "too-short");
 * ```
 */
export function parseRtpPacket(bytes: Uint8Array): RtpPacket | RtpFault {
  if (bytes.length === 0) return "empty";
  if (bytes.length < HEADER_BYTES) return "too-short";
  const flags = bytes[0];
  if (flags >> 6 !== 2) return "bad-version";

  let start = HEADER_BYTES;
  let csrcs: number[] | undefined;
  if ((flags & 0x0f) !== 0) {
    const end = start + (flags & 0x0f) * 4;
    if (end > bytes.length) return "bad-csrc-length";
    csrcs = [];
    for (; start < end; start += 4) csrcs.push(uint32(bytes, start));
  }

  let extension: RtpPacket["extension"];
  if ((flags & 0x10) !== 0) {
    if (start + 4 > bytes.length) return "bad-extension-length";
    const profile = uint16(bytes, start);
    const end = start + 4 + uint16(bytes, start + 2) * 4;
    if (end > bytes.length) return "bad-extension-length";
    extension = { profile, data: bytes.subarray(start + 4, end) };
    start = end;
  }

  let end = bytes.length;
  if ((flags & 0x20) !== 0) {
    const padding = bytes[end - 1];
    if (padding === 0 || end - padding < start) return "bad-padding";
    end -= padding;
  }

  return {
    payloadType: bytes[1] & 0x7f,
    marker: bytes[1] >= 0x80,
    sequenceNumber: uint16(bytes, 2),
    timestamp: uint32(bytes, 4),
    ssrc: uint32(bytes, 8),
    payload: bytes.subarray(start, end),
    csrcs,
    extension,
  };
}

/**
 * Writes an RTP packet, without padding, to a buffer of its own or to a piece of `slab`.
 *
 * Sequence number, timestamp and SSRC are taken modulo their 16 and 32 bits.
 *
 * @throws RangeError if a field cannot be expressed: a payload type above 127, more than 15 CSRCs,
 * an extension that is not whole 32-bit words or has more than 65,535 of them
 */
export function serializeRtpPacket(packet: RtpPacket, slab?: ByteSlab): Uint8Array {
  const { payloadType, payload, csrcs = [], extension } = packet;
  if (!(payloadType >= 0 && payloadType <= 127)) {
    throw new RangeError(
      `Cannot serialize an RTP packet as the payload type is 0-127: current value is ${payloadType}`,
    );
  }
  if (csrcs.length > 15) {
    throw new RangeError(
      `Cannot serialize an RTP packet as it has at most 15 CSRCs: current value is ${csrcs.length}`,
    );
  }
  const extensionBytes = extension?.data.length ?? 0;
  if (extensionBytes % 4 !== 0 || extensionBytes > 0xffff * 4) {
    throw new RangeError(
      "Cannot serialize an RTP packet as its extension is at most 65,535 words of 4 bytes: " +
        `current value is ${extensionBytes} bytes`,
    );
  }
  let start = HEADER_BYTES + csrcs.length * 4;
  const length = start + (extension ? 4 + extensionBytes : 0) + payload.length;
  const bytes = slab ? slab.take(length) : new Uint8Array(length);
  bytes[0] = 0x80 | (extension ? 0x10 : 0) | csrcs.length;
  bytes[1] = (packet.marker ? 0x80 : 0) | payloadType;
  setUint16(bytes, 2, packet.sequenceNumber);
  setUint32(bytes, 4, packet.timestamp);
  setUint32(bytes, 8, packet.ssrc);
  csrcs.forEach((csrc, index) => setUint32(bytes, HEADER_BYTES + index * 4, csrc));
  if (extension) {
    setUint16(bytes, start, extension.profile);
    setUint16(bytes, start + 2, extensionBytes / 4);
    bytes.set(extension.data, start + 4);
    start += 4 + extensionBytes;
  }
  bytes.set(payload, start);
  return bytes;
}

/**
 * Whether a datagram that shares its port with RTP is RTCP, by the second byte: RFC 5761 section 4.
 */
export function isRtcp(bytes: Uint8Array): boolean {
  return bytes.length >= 2 && bytes[0] >> 6 === 2 && bytes[1] >= 192 && bytes[1] <= 223;
}

function uint16(bytes: Uint8Array, at: number): number {
  return bytes[at] << 8 | bytes[at + 1];
}

function uint32(bytes: Uint8Array, at: number): number {
  return (bytes[at] << 24 | bytes[at + 1] << 16 | bytes[at + 2] << 8 | bytes[at + 3]) >>> 0;
}

// Not by a DataView: to make one costs more on Bun than all the rest of a packet.

function setUint16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 8;
  bytes[at + 1] = value;
}

function setUint32(bytes: Uint8Array, at: number, value: number): void {
  setUint16(bytes, at, value >>> 16);
  setUint16(bytes, at + 2, value);
}
