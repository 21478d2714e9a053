/** How a codec is named in SDP, RFC 8866 section 6.6, and the numbers that need no name, RFC 3551. */

/** One `a=rtpmap:<payloadType> <name>/<clockRate>/<channels>`; the shape of `CodecFormat`. */
export interface AudioFormat {
  /** The encoding name: `PCMU`, `PCMA`, `opus`, `L16`. Case does not matter. */
  readonly name: string;
  /** Ticks of the RTP timestamp per second. */
  readonly clockRate: number;
  /** Channels. @default 1 */
  readonly channels?: number;
  /** The number in the RTP header, 0-127. */
  readonly payloadType: number;
  /** The text of `a=fmtp`, without the payload type. */
  readonly fmtp?: string;
}

/** True when both name the same codec, whatever their numbers. */
export function isSameCodec(
  a: Omit<AudioFormat, "payloadType">,
  b: Omit<AudioFormat, "payloadType">,
): boolean {
  return a.clockRate === b.clockRate && (a.channels ?? 1) === (b.channels ?? 1) &&
    a.name.toLowerCase() === b.name.toLowerCase();
}

/** The codec a payload type means without a rtpmap (RFC 3551 table 4), or undefined. */
export function staticFormat(payloadType: number): AudioFormat | undefined {
  return STATIC.get(payloadType);
}

const STATIC: ReadonlyMap<number, AudioFormat> = new Map([
  [0, { name: "PCMU", clockRate: 8000, payloadType: 0 }],
  [3, { name: "GSM", clockRate: 8000, payloadType: 3 }],
  [8, { name: "PCMA", clockRate: 8000, payloadType: 8 }],
  [9, { name: "G722", clockRate: 8000, payloadType: 9 }],
  [10, { name: "L16", clockRate: 44_100, channels: 2, payloadType: 10 }],
  [11, { name: "L16", clockRate: 44_100, payloadType: 11 }],
  [13, { name: "CN", clockRate: 8000, payloadType: 13 }],
  [15, { name: "G728", clockRate: 8000, payloadType: 15 }],
  [18, { name: "G729", clockRate: 8000, payloadType: 18 }],
]);
