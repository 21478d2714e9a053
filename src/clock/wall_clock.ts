/** The time of day, for what leaves the process: reports, logs, files. */

/** Milliseconds since 1970. May jump when the machine's time is set: nothing is measured by it. */
export function wallClock(): number {
  return Date.now();
}
