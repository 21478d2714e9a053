/**
 * Time and chance as arguments: the machine's own, and those of a test.
 *
 * @module
 */
export * from "./clock.ts";
export * from "./every.ts";
export * from "./random.ts";
export * from "./sleep.ts";
export * from "./system_clock.ts";
export * from "./virtual_clock.ts";
export * from "./lateness.ts";
export * from "./ticker.ts";
export * from "./token_bucket.ts";
export * from "./uuid.ts";
export * from "./wall_clock.ts";
export * from "./within.ts";
