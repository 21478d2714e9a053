/**
 * The command line: from flags and environment to a phone that answers.
 *
 * @module
 */
export * from "./configuration.ts";
export * from "./doctor.ts";
export * from "./load_backend.ts";
export * from "./main.ts";
