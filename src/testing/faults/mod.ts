/** Faults to put into a backend, to see what the rest does about them. */
export * from "./after_cancel.ts";
export * from "./bursty.ts";
export * from "./fault.ts";
export * from "./hanging.ts";
export * from "./huge.ts";
export * from "./silent.ts";
export * from "./slow.ts";
export * from "./throwing.ts";
export * from "./with_faults.ts";
export * from "./wrong_type.ts";
