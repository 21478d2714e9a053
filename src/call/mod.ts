/**
 * One caller: {@link Call} joins its signalling, its sound and the conversation.
 *
 * @module
 */
export * from "./amd/answer_detector.ts";
export * from "./amd/greeting_end.ts";
export * from "./amd/machine_options.ts";
export * from "./answer_options.ts";
export type { PlayEarlyOptions } from "./arrival.ts";
export * from "./call.ts";
export * from "./call_events.ts";
export type { HoldOptions } from "./call_hold.ts";
export * from "./call_info.ts";
export type { CallLeg } from "./call_leg.ts";
export { FAILURE } from "./call_life.ts";
export * from "./call_resources.ts";
export type { ParkedCall, ParkOptions, PlaceOptions } from "./control/call_control.ts";
export * from "./control/hangup_cause.ts";
export { type TargetKind, targetKind } from "./control/transfer_target.ts";
export * from "./door_leg.ts";
export * from "./freeswitch/expected_legs.ts";
export * from "./freeswitch/freeswitch_channel.ts";
export * from "./freeswitch/freeswitch_door.ts";
export * from "./freeswitch/freeswitch_link.ts";
export * from "./freeswitch/freeswitch_options.ts";
export * from "./ivr/mod.ts";
export * from "./keys/mod.ts";
export * from "./record/mod.ts";
export * from "./recording/mod.ts";
export * from "./outgoing/call_refused_error.ts";
export type { DialOptions } from "./outgoing/dial.ts";
export * from "./outgoing/outgoing_leg.ts";
export * from "./refusals.ts";
export * from "./sessions/mod.ts";
