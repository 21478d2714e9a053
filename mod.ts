/**
 * A telephony layer for voice AI on FreeSWITCH: a call is one chain of Web Streams.
 *
 * This file is the table of contents of the public API. Each folder of `src` is also a subpath of
 * its own (`@sofia/phone/audio`, `@sofia/phone/codec`...). Run as a program it is the command line.
 *
 * @module
 */
export * from "./src/audio/mod.ts";
export * from "./src/backend/mod.ts";
export * from "./src/call/mod.ts";
export * from "./src/media/mod.ts";
export * from "./src/phone/mod.ts";

if (import.meta.main) {
  // Not awaited: a backend that the command line loads imports this very file, which must be ready.
  void Promise.all([import("./src/cli/mod.ts"), import("node:process")])
    .then(async ([{ main }, process]) => process.exit(await main(process.argv.slice(2))));
}
