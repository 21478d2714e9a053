/** A session description as plain data, RFC 8866; what is set for the session is in each medium. */

import type { Endpoint } from "../udp/mod.ts";
import type { AudioFormat } from "./audio_format.ts";

/** A session description, ours or the peer's. */
export interface SdpSession {
  /** Who made it. */
  readonly origin: SdpOrigin;
  /** The media in order; an answer has as many as its offer. */
  readonly media: readonly SdpMedia[];
}

/** The `o=` line: what tells one description of a session from the next. */
export interface SdpOrigin {
  /** A number, as text because it may exceed 2^53. */
  readonly sessionId: string;
  /** A number that grows by one with each change, as text for the same reason. */
  readonly version: string;
  /** The address of the host that made it. */
  readonly address: string;
}

/** One `m=` line and what belongs to it. */
export interface SdpMedia {
  /** `audio`, `video`, `image`... */
  readonly type: string;
  /** 0 means refused or switched off. */
  readonly port: number;
  /** `RTP/AVP` and others. */
  readonly protocol: string;
  /** The formats as they were written: payload types for RTP. */
  readonly payloads: string;
  /** The formats that have a name, in their order. */
  readonly formats: readonly AudioFormat[];
  /** Where to send to, from `c=`; `""` if it is missing. */
  readonly address: string;
  /** Where RTCP goes (RFC 3605); undefined means the port after that of RTP. */
  readonly rtcp?: Endpoint;
  /** True where RTP and RTCP may share a port (RFC 5761). */
  readonly rtcpMux: boolean;
  /** As its author sees it: `sendonly` means that the author sends. */
  readonly direction: MediaDirection;
  /** Milliseconds of sound that the author would like in a packet. */
  readonly ptimeMs?: number;
  /** Milliseconds of sound that the author bears in a packet. */
  readonly maxPtimeMs?: number;
}

/** Who sends, as one side sees it. */
export type MediaDirection = "sendrecv" | "sendonly" | "recvonly" | "inactive";

/** Why bytes are no session description that can be worked with. */
export interface SdpFault {
  /** What is wrong, for a counter. */
  readonly fault: "too-large" | "not-sdp" | "malformed-media" | "too-many-media" | "wrong-media";
  /** What is wrong, for people. */
  readonly text: string;
}
