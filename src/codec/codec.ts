/** The seam every codec stands behind. */

/** How a codec is named in SDP: `a=rtpmap:<payloadType> <name>/<clockRate>/<channels>`. */
export interface CodecFormat {
  /** The encoding name, as registered: `PCMU`, `PCMA`, `opus`, `L16`. Case does not matter. */
  readonly name: string;
  /** Ticks of the RTP timestamp per second. */
  readonly clockRate: number;
  /** Channels in SDP; sound inside is always mono. @default 1 */
  readonly channels?: number;
  /** The number in the RTP header, 0-127. */
  readonly payloadType: number;
  /** The text of `a=fmtp`, without the payload type. */
  readonly fmtp?: string;
}

/** One direction-independent instance of a codec, for one call. */
export interface Codec {
  /** The encoding name, as registered. */
  readonly name: string;
  /** Ticks of the RTP timestamp per second. */
  readonly clockRate: number;
  /** The rate of the PCM it takes and gives, in Hz. */
  readonly sampleRate: number;
  /**
   * Whether each payload stands for itself, so that sound may be encoded again and in any order.
   * @default false
   */
  readonly isStateless?: boolean;
  /** The length of a payload in ticks of {@link clockRate}; 0 if it is none of this codec's. */
  durationOf(payload: Uint8Array): number;
  /** Payload to PCM in a buffer of its own. Never throws on bytes from the network: bad ones give silence. */
  decode(payload: Uint8Array): Int16Array;
  /** PCM of one packet's length to a payload, in bytes that nobody writes to again. */
  encode(samples: Int16Array): Uint8Array;
  /**
   * Rebuilds `samples` samples of a lost packet from the codec's own state or from the packet after
   * it. Absent where the codec has no means of its own.
   */
  recover?(samples: number, next?: Uint8Array): Int16Array;
  /** Gives back what it holds. */
  close(): void;
}

/** A codec one can offer in SDP, and the way to an instance of it. */
export interface CodecSpec {
  /** What to offer. */
  readonly format: CodecFormat;
  /** Fetches what the first {@link create} needs; many calls are one. Absent where nothing is needed. */
  load?(): Promise<void>;
  /**
   * An instance for one call, as the other side wants it: `agreed` is the format of its SDP, whose
   * payload type and fmtp may differ from {@link format}.
   *
   * @throws {TypeError} before {@link load} is done
   */
  create(agreed?: CodecFormat): Codec;
}
