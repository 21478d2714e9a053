/** What we can do with sound, and what was agreed with the peer. */

import type { Endpoint } from "../udp/mod.ts";
import type { AudioFormat } from "./audio_format.ts";
import type { MediaDirection } from "./sdp.ts";

/** What we can do, for an offer or an answer. */
export interface MediaCapabilities {
  /** The address the peer sends to: IPv4 or IPv6, without brackets. */
  readonly address: string;
  /** The port the peer sends RTP to. */
  readonly port: number;
  /** The codecs, best first. Their payload types and `fmtp` are used where we choose. */
  readonly codecs: readonly AudioFormat[];
  /** The port the peer sends RTCP to. @default port + 1 */
  readonly rtcpPort?: number;
  /** True if RTCP may come to the port of RTP (RFC 5761). @default false */
  readonly rtcpMux?: boolean;
  /** Whether digits can come as RTP events (RFC 4733). @default true */
  readonly telephoneEvents?: boolean;
  /** Whether silence can come as comfort noise (RFC 3389). @default true */
  readonly comfortNoise?: boolean;
  /** The milliseconds of sound we can put into a packet, the preferred one first. @default [20] */
  readonly ptimesMs?: readonly number[];
  /** What we want to do: `sendonly` or `inactive` puts the peer on hold. @default "sendrecv" */
  readonly direction?: MediaDirection;
  /** True to take the peer's first codec that we know, rather than our first that it knows. @default false */
  readonly prefersRemoteOrder?: boolean;
}

/** One thing under the numbers both sides gave it. They are equal unless we offered. */
export interface PayloadTypes {
  /** The payload type of packets we send: the number the peer gave. */
  readonly send: number;
  /** The payload type of packets we receive: the number we gave. */
  readonly receive: number;
}

/** What both sides do from now on. */
export interface MediaAgreement {
  /** The codec, under the number we send; its `fmtp` is the peer's: what it likes to receive. */
  readonly codec: AudioFormat;
  /** The numbers of the codec. */
  readonly payloadTypes: PayloadTypes;
  /** The numbers of digits, and their clock: that of the codec if the peer gave one. */
  readonly telephoneEvent?: PayloadTypes & { readonly clockRate: number };
  /** The numbers of comfort noise at the codec's clock. */
  readonly comfortNoise?: PayloadTypes;
  /** Milliseconds of sound in each packet we send. */
  readonly ptimeMs: number;
  /** Where we send RTP; undefined if the peer gave no address, as in an old-style hold. */
  readonly remoteRtp: Endpoint | undefined;
  /** Where we send RTCP; undefined along with {@link remoteRtp}. */
  readonly remoteRtcp: Endpoint | undefined;
  /** True if RTP and RTCP share a port on both sides. */
  readonly rtcpMux: boolean;
  /** What we do: `sendonly` means that we send and the peer does not. */
  readonly direction: MediaDirection;
  /** True if the peer does not want to hear us now: it has put us on hold. */
  readonly isHeld: boolean;
}
