/** Digits that a backend asks its caller for. */

import type { Prompt, Speech } from "./voice_backend.ts";

/** What is asked, and what is an answer; times are in ms. */
export interface DigitsQuestion {
  /** The question. @default none: the caller knows already what to press */
  readonly prompt?: string | Speech | Prompt;
  /** The fewest digits. @default 1 */
  readonly min?: number;
  /** The most; the last one ends them. @default 32 */
  readonly max?: number;
  /** Keys that end the digits sooner. @default "#" */
  readonly terminators?: string;
  /** How often it is asked. @default 1 */
  readonly tries?: number;
  /** Keeps the digits out of logs, events and recordings. @default false */
  readonly mask?: boolean;
  /** Takes digits that are said as well. @default false */
  readonly speech?: boolean;
  /** How long the first digit may take. @default 5000 */
  readonly firstDigitMs?: number;
  /** How long each further digit may take. @default 2500 */
  readonly interDigitMs?: number;
  /** How long all of them may take. @default 60000 */
  readonly totalMs?: number;
  /** Ends it. */
  readonly signal?: AbortSignal;
}

/** What came of a {@link DigitsQuestion}. */
export interface DigitsAnswer {
  /**
   * `invalid`: what came was wrong or too short; `no-input`: nothing came; `stopped`: the signal fired;
   * `ended`: the call is over.
   */
  readonly outcome: "collected" | "invalid" | "no-input" | "stopped" | "ended";
  /** The digits, also where they are invalid. */
  readonly digits: string;
}
