/**
 * FreeSWITCH's event socket: a client that stays connected, a server for the calls of its dialplan, and
 * what both can ask for.
 *
 * @module
 */
export type { Clock, Lateness, Random, Timer } from "../clock/mod.ts";
export { type ChannelVariables, variablesBlock } from "./commands/channel_variables.ts";
export * from "./commands/originate.ts";
export * from "./commands/show_channels.ts";
export * from "./commands/uuid_commands.ts";
export type { EslConnectionOptions, EslCounters } from "./connection_options.ts";
export * from "./esl_client.ts";
export * from "./esl_client_options.ts";
export type { ExecuteOptions } from "./esl_connection.ts";
export * from "./esl_control.ts";
export * from "./esl_error.ts";
export { EslEvent, type EslFields } from "./esl_event.ts";
export type { EslFault, EslFrame, EslFramer, EslLimits } from "./esl_frame.ts";
export * from "./esl_parser.ts";
export type { EslReply } from "./esl_reply.ts";
export * from "./esl_server.ts";
export * from "./esl_session.ts";
export * from "./esl_socket.ts";
export * from "./esl_transport.ts";
export { parseJsonEvent, parsePlainEvent } from "./event_fields.ts";
export * from "./events/bridge_event.ts";
export * from "./events/channel_event.ts";
export * from "./events/dtmf_event.ts";
export type { EslEventMap } from "./events/event_map.ts";
export * from "./events/execute_event.ts";
export * from "./events/hangup_event.ts";
export * from "./events/heartbeat_event.ts";
export * from "./events/job_event.ts";
export * from "./events/record_event.ts";
export type { EslFilter } from "./subscriptions.ts";
export * from "./transports.ts";
