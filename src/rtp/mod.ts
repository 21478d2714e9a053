/**
 * RTP: packets, who may send them, key presses, and RTCP; RFC 3550, 3389, 4733 and 5761.
 *
 * A call's datagrams go in at {@link RtpDepacketizerStream}; its outbound payloads get their headers
 * from {@link RtpPacketizer}, and {@link RtcpSession} reports on both.
 *
 * @module
 */
export type { Random } from "../clock/mod.ts";
export * from "./comfort_noise.ts";
export * from "./dtmf_receiver.ts";
export * from "./dtmf_sender.ts";
export * from "./ntp_time.ts";
export * from "./reception_statistics.ts";
export type { RtcpQuality } from "./rtcp_feedback.ts";
export * from "./rtcp_interval.ts";
export * from "./rtcp_packet.ts";
export * from "./rtcp_parser.ts";
export * from "./rtcp_serializer.ts";
export * from "./rtcp_session.ts";
export * from "./rtp_address.ts";
export * from "./rtp_depacketizer.ts";
export * from "./rtp_depacketizer_stream.ts";
export * from "./rtp_packet.ts";
export * from "./rtp_packetizer.ts";
export * from "./sequence.ts";
export * from "./source_lock.ts";
export * from "./telephone_event.ts";
