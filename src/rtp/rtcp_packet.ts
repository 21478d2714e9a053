import type { NtpTime } from "./ntp_time.ts";
import type { ReceptionReport } from "./reception_statistics.ts";

/** What a participant tells of a source it hears, RFC 3550 section 6.4.1. */
export interface ReportBlock extends ReceptionReport {
  /** The middle bits of the NTP time in the source's last sender report; 0 if there was none. */
  readonly lastSenderReport: number;
  /** The time since that report came, in units of 1/65,536 s. */
  readonly delaySinceLastSenderReport: number;
}

/** SR: what a participant has sent, and what it hears. RFC 3550 section 6.4.1. */
export interface SenderReport {
  /** Names this kind of packet. */
  readonly type: "sender-report";
  /** Who reports. */
  readonly ssrc: number;
  /** When the report was sent, by the sender's clock. */
  readonly ntpTime: NtpTime;
  /** The same moment as a timestamp of the sender's RTP packets. */
  readonly rtpTimestamp: number;
  /** Packets sent, 32 bits. */
  readonly packets: number;
  /** Bytes of payload sent, 32 bits. */
  readonly octets: number;
  /** At most 31. */
  readonly reports: readonly ReportBlock[];
}

/** RR: what a participant that sends nothing hears. RFC 3550 section 6.4.2. */
export interface ReceiverReport {
  /** Names this kind of packet. */
  readonly type: "receiver-report";
  /** Who reports. */
  readonly ssrc: number;
  /** At most 31. */
  readonly reports: readonly ReportBlock[];
}

/** SDES: who is behind an SSRC. RFC 3550 section 6.5. */
export interface SourceDescription {
  /** Names this kind of packet. */
  readonly type: "source-description";
  /** At most 31. */
  readonly chunks: readonly SourceDescriptionChunk[];
}

/** What an SDES packet tells of one source. */
export interface SourceDescriptionChunk {
  /** The source. */
  readonly ssrc: number;
  /** The canonical name, which stays when the SSRC changes: at most 255 bytes of UTF-8. */
  readonly cname?: string;
}

/** BYE: sources that leave. RFC 3550 section 6.6. */
export interface Goodbye {
  /** Names this kind of packet. */
  readonly type: "goodbye";
  /** At most 31. */
  readonly ssrcs: readonly number[];
  /** Why, for people to read: at most 255 bytes of UTF-8. */
  readonly reason?: string;
}

/** A packet of another type (APP, feedback, extended reports), which is passed over. */
export interface OtherRtcpPacket {
  /** Names this kind of packet. */
  readonly type: "other";
  /** The number in the header, 192-223. */
  readonly packetType: number;
}

/** One of the packets that make up a compound RTCP packet. */
export type RtcpPacket =
  | SenderReport
  | ReceiverReport
  | SourceDescription
  | Goodbye
  | OtherRtcpPacket;

/** The numbers of the packets in their headers. */
export const RTCP_TYPES = {
  senderReport: 200,
  receiverReport: 201,
  sourceDescription: 202,
  goodbye: 203,
} as const;

/** Every {@link RtcpFault}. */
export const RTCP_FAULTS = [
  "too-short",
  "bad-version",
  "bad-first-type",
  "bad-length",
  "bad-padding",
  "bad-report-count",
  "bad-source-description",
  "bad-goodbye",
] as const;

/** Why some bytes are no compound RTCP packet. */
export type RtcpFault = typeof RTCP_FAULTS[number];
