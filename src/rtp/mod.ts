export * from "./rtp_packet.ts";
