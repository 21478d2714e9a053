/** What both sides of a call agreed on about sound, as the media session needs it. */

import type { CodecFormat } from "../codec/mod.ts";
import type { Endpoint } from "../udp/mod.ts";

/** The numbers under which one thing travels in each direction. */
export interface PayloadTypePair {
  /** The payload type of packets we send. */
  readonly send: number;
  /** The payload type of packets we receive. */
  readonly receive: number;
}

/** The agreement that SDP reached. */
export interface MediaParameters {
  /** The codec, under the number we send. */
  readonly codec: CodecFormat;
  /** The numbers of the codec. */
  readonly payloadTypes: PayloadTypePair;
  /** The numbers of digits, and their clock. */
  readonly telephoneEvent?: PayloadTypePair & { readonly clockRate: number };
  /** The numbers of comfort noise. */
  readonly comfortNoise?: PayloadTypePair;
  /** Where RTP goes; undefined while there is nowhere to send to. */
  readonly remoteRtp: Endpoint | undefined;
  /** Where RTCP goes; undefined while there is nowhere to send to. */
  readonly remoteRtcp: Endpoint | undefined;
  /** RTP and RTCP share a port. */
  readonly rtcpMux: boolean;
  /** What we may do: a caller who has put us on hold is not sent anything. */
  readonly direction: "sendrecv" | "sendonly" | "recvonly" | "inactive";
}

/** Whether we send at all under these parameters. */
export function maySend({ direction, remoteRtp }: MediaParameters): boolean {
  return (direction === "sendrecv" || direction === "sendonly") && remoteRtp !== undefined;
}
