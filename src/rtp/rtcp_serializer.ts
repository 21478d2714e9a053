import { type ReportBlock, RTCP_TYPES, type RtcpPacket } from "./rtcp_packet.ts";

const utf8 = new TextEncoder();

/**
 * Writes a compound RTCP packet to a buffer of its own.
 *
 * Numbers are taken modulo their bits; names longer than 255 bytes are cut.
 *
 * @throws RangeError if the first packet is no report (RFC 3550 section 6.1), if one has more than 31
 * entries, or if one is of a type that is only read
 */
export function serializeRtcp(packets: readonly RtcpPacket[]): Uint8Array {
  const first = packets[0]?.type;
  if (first !== "sender-report" && first !== "receiver-report") {
    throw new RangeError(
      `Cannot serialize RTCP as a report comes first: current value is ${first}`,
    );
  }
  const parts = packets.map(serializeOne);
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function serializeOne(packet: RtcpPacket): Uint8Array {
  switch (packet.type) {
    case "sender-report": {
      const { ssrc, ntpTime, rtpTimestamp, packets, octets, reports } = packet;
      const sender = [ntpTime.seconds, ntpTime.fraction, rtpTimestamp, packets, octets];
      const blocks = reports.flatMap(blockWords);
      return framed(RTCP_TYPES.senderReport, reports.length, words([ssrc, ...sender, ...blocks]));
    }
    case "receiver-report": {
      const { ssrc, reports } = packet;
      const blocks = reports.flatMap(blockWords);
      return framed(RTCP_TYPES.receiverReport, reports.length, words([ssrc, ...blocks]));
    }
    case "source-description": {
      const body = packet.chunks.flatMap(({ ssrc, cname }) => {
        const items = cname === undefined ? [] : [1, ...prefixed(cname)];
        return [...words([ssrc]), ...toWords([...items, 0])];
      });
      return framed(RTCP_TYPES.sourceDescription, packet.chunks.length, body);
    }
    case "goodbye": {
      const reason = packet.reason === undefined ? [] : toWords(prefixed(packet.reason));
      const body = [...words(packet.ssrcs), ...reason];
      return framed(RTCP_TYPES.goodbye, packet.ssrcs.length, body);
    }
    case "other":
      throw new RangeError(
        `Cannot serialize RTCP as its packets are SR, RR, SDES or BYE: ` +
          `current value is ${packet.packetType}`,
      );
  }
}

function blockWords(block: ReportBlock): number[] {
  return [
    block.ssrc,
    block.fractionLost << 24 | block.cumulativeLost & 0xff_ffff,
    block.highestSequence,
    block.jitter,
    block.lastSenderReport,
    block.delaySinceLastSenderReport,
  ];
}

function framed(type: number, count: number, body: ArrayLike<number>): Uint8Array {
  if (count > 31) {
    throw new RangeError(
      `Cannot serialize RTCP as a packet has at most 31 entries: current value is ${count}`,
    );
  }
  const bytes = new Uint8Array(4 + body.length);
  bytes[0] = 0x80 | count;
  bytes[1] = type;
  new DataView(bytes.buffer).setUint16(2, body.length / 4);
  bytes.set(body, 4);
  return bytes;
}

function words(values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  values.forEach((value, index) => view.setUint32(index * 4, value));
  return bytes;
}

/** Text after one byte that says its length, cut between characters. */
function prefixed(text: string): number[] {
  const room = new Uint8Array(255);
  const { written } = utf8.encodeInto(text, room);
  return [written, ...room.subarray(0, written)];
}

/** With zeros up to the next word. */
function toWords(bytes: number[]): number[] {
  return [...bytes, ...new Array<number>((4 - bytes.length % 4) % 4).fill(0)];
}
