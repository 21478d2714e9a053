/** RTP as bytes, for the side of a test that must not share code with the phone. */

/** One RTP packet (RFC 3550, section 5.1), without the parts that no test needs. */
export interface RtpBytes {
  readonly payloadType: number;
  readonly marker: boolean;
  readonly sequence: number;
  readonly timestamp: number;
  readonly ssrc: number;
  readonly payload: Uint8Array;
}

/** The packet as it goes over the wire. */
export function writeRtp(packet: RtpBytes): Uint8Array {
  const bytes = new Uint8Array(12 + packet.payload.length);
  const view = new DataView(bytes.buffer);
  bytes[0] = 0x80;
  bytes[1] = (packet.marker ? 0x80 : 0) | packet.payloadType;
  view.setUint16(2, packet.sequence);
  view.setUint32(4, packet.timestamp);
  view.setUint32(8, packet.ssrc);
  bytes.set(packet.payload, 12);
  return bytes;
}

/** A datagram as a packet, or `undefined` when it is RTCP or none of ours. */
export function readRtp(bytes: Uint8Array): RtpBytes | undefined {
  if (bytes.length < 12 || bytes[0] !== 0x80) return undefined;
  // RFC 5761, section 4: RTCP types read as payload types 64-95.
  const payloadType = bytes[1] & 0x7f;
  if (payloadType >= 64 && payloadType < 96) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    payloadType,
    marker: bytes[1] >= 0x80,
    sequence: view.getUint16(2),
    timestamp: view.getUint32(4),
    ssrc: view.getUint32(8),
    payload: bytes.slice(12),
  };
}

/** One RFC 4733 event packet's payload. `duration` is in timestamp units. */
export function eventPayload(digit: string, end: boolean, duration: number): Uint8Array {
  const code = "0123456789*#ABCD".indexOf(digit);
  return Uint8Array.of(code, (end ? 0x80 : 0) | 10, duration >> 8, duration & 0xff);
}
