/**
 * Sessions: what is known of a call, also after the process that had it.
 *
 * @module
 */
export * from "./call_store.ts";
export * from "./copy_json.ts";
export * from "./file_store.ts";
export * from "./session_memory.ts";
export * from "./stored_call.ts";
