/**
 * The front door: {@link PhoneHandler} takes calls and hands them to a backend.
 *
 * @module
 */
export * from "./call_options.ts";
export type { PhoneCounters } from "./call_tally.ts";
export * from "./phone_events.ts";
export * from "./phone_handler.ts";
export * from "./phone_options.ts";
export * from "./trunk_options.ts";
