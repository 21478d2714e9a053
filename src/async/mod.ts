/**
 * The few functions of `@std/async` that are used here, with its signatures and behaviour. It stands
 * in for that package, whose registry cannot be reached everywhere, and is imported by its name.
 *
 * They run on real time. What belongs to a call takes a `Clock` instead.
 *
 * @module
 */
export * from "./abortable.ts";
export * from "./deadline.ts";
export * from "./delay.ts";
export * from "./retry.ts";
