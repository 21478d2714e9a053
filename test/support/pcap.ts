/** Captured traffic, https://datatracker.ietf.org/doc/draft-ietf-opsawg-pcap: the classic format. */

import { readFileSync } from "node:fs";
import type { Endpoint } from "../../src/udp/mod.ts";

/** One UDP datagram of a capture. */
export interface CapturedDatagram {
  readonly source: Endpoint;
  readonly destination: Endpoint;
  readonly payload: Uint8Array;
  /** Milliseconds since the first packet of the file. */
  readonly timeMs: number;
}

/** Bytes before the IP header, by the link type of the capture. */
const LINK_HEADER_BYTES: ReadonlyMap<number, number> = new Map([
  [0, 4], // BSD loopback
  [1, 14], // Ethernet
  [101, 0], // bare IP
  [113, 16], // Linux "any", version 1
  [276, 20], // Linux "any", version 2
]);

/** The whole UDP datagrams of a pcap file in order; fragments and other protocols are left out. */
export function readPcap(path: string | URL): CapturedDatagram[] {
  const file = new Uint8Array(readFileSync(path));
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const isLittle = view.getUint8(0) !== 0xa1;
  const magic = view.getUint32(0, isLittle);
  if (magic !== 0xa1b2c3d4 && magic !== 0xa1b23c4d) {
    throw new SyntaxError(`Cannot read a capture as its magic number must be a1b2c3d4: ${path}`);
  }
  const unitsPerMs = magic === 0xa1b2c3d4 ? 1e3 : 1e6;
  const linkType = view.getUint32(20, isLittle) & 0x0fff_ffff;
  const linkBytes = LINK_HEADER_BYTES.get(linkType);
  if (linkBytes === undefined) {
    throw new RangeError(`Cannot read a capture as its link type is unknown: ${linkType}`);
  }
  const datagrams: CapturedDatagram[] = [];
  let firstMs: number | undefined;
  for (let at = 24; at + 16 <= file.length;) {
    const timeMs = view.getUint32(at, isLittle) * 1000 +
      view.getUint32(at + 4, isLittle) / unitsPerMs;
    firstMs ??= timeMs;
    const length = view.getUint32(at + 8, isLittle);
    const packet = file.subarray(at + 16 + linkBytes, at + 16 + length);
    const datagram = readIp(packet);
    if (datagram !== undefined) datagrams.push({ ...datagram, timeMs: timeMs - firstMs });
    at += 16 + length;
  }
  return datagrams;
}

type Addressed = Omit<CapturedDatagram, "timeMs">;

function readIp(packet: Uint8Array): Addressed | undefined {
  const version = packet[0] >> 4;
  if (version === 4) {
    const isFragment = (packet[6] & 0x3f) !== 0 || packet[7] !== 0;
    if (packet[9] !== 17 || isFragment) return undefined;
    const udp = packet.subarray((packet[0] & 0x0f) * 4);
    return readUdp(udp, ipv4(packet.subarray(12, 16)), ipv4(packet.subarray(16, 20)));
  }
  if (version !== 6 || packet[6] !== 17) return undefined;
  return readUdp(packet.subarray(40), ipv6(packet.subarray(8, 24)), ipv6(packet.subarray(24, 40)));
}

function readUdp(udp: Uint8Array, from: string, to: string): Addressed | undefined {
  if (udp.length < 8) return undefined;
  const [sourcePort, destinationPort, length] = [0, 2, 4].map((i) => udp[i] * 256 + udp[i + 1]);
  if (length < 8 || length > udp.length) return undefined;
  return {
    source: { address: from, port: sourcePort },
    destination: { address: to, port: destinationPort },
    payload: udp.slice(8, length),
  };
}

function ipv4(bytes: Uint8Array): string {
  return bytes.join(".");
}

function ipv6(bytes: Uint8Array): string {
  const groups: string[] = [];
  for (let i = 0; i < 16; i += 2) groups.push((bytes[i] * 256 + bytes[i + 1]).toString(16));
  return groups.join(":");
}
