/**
 * The front door: {@link PhoneHandler} takes calls and hands them to a backend.
 *
 * @module
 */
export * from "./admission/load_meter.ts";
export type { AdmissionOptions } from "./admission/load_options.ts";
export type { LoadState } from "./admission/load_state.ts";
export type { Refusal, RefusalCounts, RefusalWhy } from "./admission/refusal.ts";
export * from "./admission/source_limits.ts";
export * from "./call_options.ts";
export type { DoorCounters, PhoneCounters } from "./call_tally.ts";
export type { DrainProgress } from "./drain_watch.ts";
export * from "./phone_events.ts";
export * from "./phone_handler.ts";
export * from "./phone_options.ts";
export type { PhoneVitals } from "./phone_vitals.ts";
export * from "./trunk_options.ts";
export * from "./watchdog/watchdog.ts";
export * from "./watchdog/watchdog_event.ts";
