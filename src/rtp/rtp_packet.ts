/** An RTP packet, RFC 3550 section 5.1. */

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

/** A packet of the call's locked source, as it goes down the chain. */
export interface ReceivedRtpPacket extends RtpPacket {
  /** When it came, in milliseconds of the call's clock. */
  readonly receivedAt: number;
  /** What its payload type was agreed to mean. An event takes a sequence number but has no sound. */
  readonly kind: "audio" | "comfort-noise" | "telephone-event";
}
