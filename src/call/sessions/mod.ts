/**
 * Sessions: what is known of a call, also after the process that had it.
 *
 * @module
 */
export * from "./call_store.ts";
export * from "./copy_json.ts";
export * from "./file_store.ts";
export * from "./limit_watch.ts";
export * from "./session_event.ts";
export * from "./session_memory.ts";
export * from "./session_options.ts";
export * from "./sessions.ts";
export * from "./stored_call.ts";
export * from "./switch_watch.ts";
export { type StoreCounters } from "./store_writer.ts";
export type { SessionCall } from "./call_session.ts";
export * from "./waiting_calls.ts";
