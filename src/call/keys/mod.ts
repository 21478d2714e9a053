/** The keys that a caller presses. */
export * from "./call_keys.ts";
export * from "./freeswitch_keys.ts";
export * from "./key_press.ts";
export * from "./key_ways.ts";
