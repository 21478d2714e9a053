/** What a check of an installation has found. */

/** How a checked thing stands. A `warning` works today; `skipped` could not be looked at. */
export type FindingState = "ok" | "warning" | "failed" | "skipped";

/** One thing that was looked at. */
export interface Finding {
  /** What was looked at, in a word or two. */
  readonly what: string;
  /** How it stands. */
  readonly state: FindingState;
  /** What is there, in a sentence without its full stop. */
  readonly found: string;
  /** What to do about it; there if it is not `ok`. */
  readonly fix?: string;
}

/** It is as it should be. */
export function ok(what: string, found: string): Finding {
  return { what, state: "ok", found };
}

/** It does not work, and this is what to do. */
export function failed(what: string, found: string, fix: string): Finding {
  return { what, state: "failed", found, fix };
}

/** It works and should be changed all the same. */
export function warning(what: string, found: string, fix: string): Finding {
  return { what, state: "warning", found, fix };
}

/** It could not be looked at. */
export function skipped(what: string, found: string): Finding {
  return { what, state: "skipped", found };
}

const MARKS = { ok: "ok  ", warning: "warn", failed: "FAIL", skipped: "skip" };

/** A finding as a line, with what to do on a second one. */
export function formatFinding({ what, state, found, fix }: Finding): string {
  const line = `  ${MARKS[state]}  ${what.padEnd(12)} ${found}`;
  return fix === undefined ? line : `${line}\n${" ".repeat(21)}> ${fix}`;
}
