/** What the system tells a program. */

import process from "node:process";

/** The first and the second of the signals that ask for an end. */
export interface Signals {
  /** Resolves with the name of the first SIGTERM or SIGINT. */
  readonly first: Promise<string>;
  /** Resolves with that of the second. */
  readonly second: Promise<string>;
}

/** Listens for SIGTERM and SIGINT, which end nothing by themselves from now on. */
export function listenForSignals(): Signals {
  const first = Promise.withResolvers<string>();
  const second = Promise.withResolvers<string>();
  let count = 0;
  for (const name of ["SIGTERM", "SIGINT"] as const) {
    process.on(name, () => (count++ === 0 ? first : second).resolve(name));
  }
  return { first: first.promise, second: second.promise };
}

/** Calls `reopen` at each SIGHUP, which would end the process otherwise. */
export function onHangup(reopen: () => void): void {
  process.on("SIGHUP", reopen);
}
