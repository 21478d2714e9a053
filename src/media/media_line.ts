/** The way between a call and whoever is at its other end. */

import type { EncodedFrame } from "../audio/mod.ts";
import type { Codec } from "../codec/mod.ts";
import type { JitterStatistics } from "../jitter/mod.ts";
import type { PacedPacketOptions, PacketSource } from "../pacing/mod.ts";
import type { RtcpQuality, RtpDepacketizerCounters, SourceLockCounters } from "../rtp/mod.ts";
import type { DatagramCounters } from "../udp/mod.ts";
import type { Stage } from "./chain.ts";
import type { MediaKey } from "./media_key.ts";

/** What became of the sound of a line, on every stage that can lose some. */
export interface LineStatistics {
  /** What came and went: datagrams of the RTP socket, or messages of sound. */
  readonly socket: Readonly<DatagramCounters>;
  /** Packets, by whether they were the caller's. Of a line without RTP, a message of sound is one. */
  readonly rtp: Readonly<RtpDepacketizerCounters & SourceLockCounters>;
  /** Packets or messages of sound, by when they came. */
  readonly jitter: Readonly<JitterStatistics>;
  /** What the other side says of the sound we send; undefined where it does not. */
  readonly quality: RtcpQuality | undefined;
  /** How unevenly the caller's sound comes (RFC 3550 appendix A.8), in ms. */
  readonly jitterMs: number;
}

/** Who is told what comes by a line. */
export interface LineListener {
  /** A piece of sound came in time, at `receivedAt` ms of the clock: departures follow these. */
  readonly onArrival: (receivedAt: number) => void;
  /** A key went down or came up. */
  readonly onKey: (key: MediaKey) => void;
  /** The caller's sound at the codec's rate, come or made up, with its place in the caller's time. */
  readonly onSound: (samples: Int16Array, packet: EncodedFrame) => void;
  /** {@link MediaLine.maySend} may have changed. */
  readonly onSteer: () => void;
}

/**
 * What a call's sound comes and goes by: RTP, or any other way.
 *
 * From its stages inwards all calls are the same. A line without stages gives frames of sound, 20 ms
 * each at its codec's rate, with the gaps filled and marked `concealed`.
 */
export interface MediaLine {
  /** How its sound is written. Whoever runs a session on the line closes both. */
  readonly codec: Codec;
  /** What comes, as the first of its stages takes it. It is not cancelled at the end of a session. */
  readonly readable: ReadableStream<unknown>;
  /** Whether the other side is to be sent to now: not while it has put us on hold. */
  readonly maySend: boolean;
  /** What became of its sound so far. */
  readonly statistics: LineStatistics;
  /** Whether the other side tells keys in packets of their own (RFC 4733). @default false */
  readonly hasTelephoneEvents?: boolean;
  /** A session begins: gives the stages from what comes to frames of sound, none of them made yet. */
  open(listener: LineListener): readonly Stage[];
  /** Reads what comes besides sound, until the signal fires. @default there is nothing */
  run?(signal: AbortSignal): Promise<void>;
  /** Sends 20 ms of sound, of silence, or what {@link nextKey} gave. Never waits. */
  send(payload: Uint8Array, packet: PacedPacketOptions): void;
  /**
   * Whether 20 ms more may be sent now: asked before each, as the agent's sound waits while not.
   * @default they always may
   */
  hasRoom?(): boolean;
  /**
   * How many of what {@link MediaLine.send} was given last the other side has not played; undefined
   * throughout a call where it cannot tell, and what was sent counts as heard.
   */
  readonly unplayed?: number;
  /** Lets `ticks` of the codec's clock pass in which nothing was sent. */
  skip(ticks: number): void;
  /** What of a key that is down is to be sent now in the place of sound. */
  nextKey(): ReturnType<PacketSource>;
  /** Presses keys, one after another. @throws {TypeError} where the other side takes none */
  sendDtmf(digits: string): void;
  /**
   * The agent is interrupted: what of its sound waits at the other side is not to be played.
   * @default nothing is known to wait there
   */
  interrupted?(): void;
  /** The session is over: says goodbye. What the line came by stays with whoever gave it. */
  close(): void;
}
