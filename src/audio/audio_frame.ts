/** The two units that travel a call's chain: frames of sound, and frames as a codec wrote them. */

/**
 * A piece of one direction of a call: 16-bit linear PCM, one channel, 20 ms unless said otherwise.
 *
 * A frame that was passed on is given away: nobody writes to its samples again.
 */
export interface AudioFrame {
  /** Samples per second. */
  readonly sampleRate: number;
  /** The sound: signed 16-bit, mono. */
  readonly samples: Int16Array;
  /**
   * Position in samples (of {@link sampleRate}) since the first frame of the call or, where an agent
   * speaks, of its turn.
   */
  readonly timestamp: number;
  /** The sound was made up, because its packet was lost or because the line was silent. */
  readonly concealed?: boolean;
  /** A voice was found in this frame. Set by the VAD. */
  readonly speech?: boolean;
  /** Inbound: the caller's turn the frame belongs to. Outbound: the agent's turn it speaks for. */
  readonly turn?: number;
  /** The {@link turn}, the caller's or the agent's, is over with this frame. */
  readonly endOfTurn?: boolean;
  /**
   * Inbound, on the first frame of a {@link turn}: how long before the end of this frame its voice
   * began, in ms. Whoever gathers the turn keeps that much, and a soft onset before it.
   */
  readonly onsetMs?: number;
  /**
   * Inbound, between two turns: a voice is there that may become a turn, once it is certain that it
   * means to interrupt. Who understands while the caller speaks begins to listen.
   */
  readonly mayBegin?: boolean;
  /**
   * Inbound: the caller has perhaps finished with this frame, so that an answer may be prepared; the
   * frames after it tell whether the {@link turn} ends or goes on with a voice.
   */
  readonly mayEnd?: boolean;
  /** Outbound: the words whose speech begins with this frame. */
  readonly text?: string;
}

/** Where a piece of sound lies in the time of who sent it: what places it to the sample. */
export interface SenderTime {
  /** Counts how often that time began anew: another source, or a jump of its timestamps. */
  readonly epoch: number;
  /** Position in units of the codec's RTP clock, unwrapped; it means something within its epoch only. */
  readonly position: number;
  /** When its packet came, in ms of the call's clock. Absent from what was made up. */
  readonly receivedAt?: number;
}

/** A piece of one direction of a call as its codec writes it, or the hole where one should be. */
export interface EncodedFrame {
  /**
   * `audio` has a payload; `lost` is a gap to conceal; `silence` is a line on which nothing was
   * sent on purpose (silence suppression, comfort noise, hold).
   */
  readonly kind: "audio" | "lost" | "silence";
  /** The codec's bytes. Empty when lost; when silent, an RFC 3389 comfort noise payload or empty. */
  readonly payload: Uint8Array;
  /** Position in units of the codec's RTP clock since the first frame of the call. */
  readonly timestamp: number;
  /** Length in units of the codec's RTP clock. */
  readonly duration: number;
  /** When lost: the payload of the packet after the gap, if it is here, for forward error correction. */
  readonly next?: Uint8Array;
  /** Inbound: where the sender's own clock puts it. The {@link timestamp} is where the chain has it. */
  readonly origin?: SenderTime;
  /** Outbound: the sound it was made of, at the codec's rate. */
  readonly samples?: Int16Array;
  /** Outbound: the agent's turn this frame speaks for. */
  readonly turn?: number;
  /** Outbound: the agent's {@link turn} is over with this frame. */
  readonly endOfTurn?: boolean;
  /** Outbound: the words whose speech begins with this frame. */
  readonly text?: string;
}
