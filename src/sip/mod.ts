export * from "./cseq.ts";
export {
  type DigestAlgorithm,
  type DigestChallenge,
  parseDigestChallenges,
} from "./digest_challenge.ts";
export * from "./digest_client.ts";
export * from "./digest_credentials.ts";
export * from "./digest_response.ts";
export * from "./host_port.ts";
export * from "./invite_options.ts";
export * from "./message.ts";
export * from "./name_addr.ts";
export { NO_PARAMS, type SipParams } from "./params.ts";
export { type ParseLimits, parseMessage } from "./parse_message.ts";
export * from "./register_options.ts";
export * from "./serialize_message.ts";
export * from "./session_expires.ts";
export * from "./sip_call.ts";
export * from "./sip_call_handlers.ts";
export * from "./sip_counters.ts";
export * from "./sip_endpoint.ts";
export * from "./sip_fault.ts";
export * from "./sip_headers.ts";
export * from "./sip_limits.ts";
export * from "./sip_network.ts";
export * from "./sip_refer.ts";
export * from "./sip_status_error.ts";
export * from "./sip_timers.ts";
export * from "./sip_user_agent.ts";
export * from "./sip_user_agent_options.ts";
export * from "./split_list.ts";
export * from "./stream_parser.ts";
export * from "./tcp_socket.ts";
export * from "./uri.ts";
export * from "./via.ts";
