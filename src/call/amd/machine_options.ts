/** How it is found out who has answered a call. */

import type { Speech } from "../../backend/mod.ts";

/** Who has answered. */
export interface AnsweredBy {
  /** `unknown`: it was silent, or could be both. */
  readonly by: "human" | "machine" | "fax" | "unknown";
  /**
   * Why it is thought so. `short-greeting`: a few words, and then silence, as somebody waits for an
   * answer; `long-greeting`: more words than anybody says before an answer; `tone`: a beep, or the tone
   * of a fax; `silence`: not a word; `undecided`: neither, for too long; `ended`: the call was over before.
   */
  readonly reason:
    | "short-greeting"
    | "long-greeting"
    | "tone"
    | "silence"
    | "undecided"
    | "ended";
  /** When it was known, in ms after the answer. */
  readonly afterMs: number;
  /** How much was spoken until then, in ms. */
  readonly spokenMs: number;
}

/** What became of a message for a machine. */
export interface LeftMessage {
  /**
   * `left`: all of it was said; `ended`: the call was over before; `no-end`: the machine spoke for too
   * long; `failed`: it could not be spoken, `error` says why.
   */
  readonly outcome: "left" | "ended" | "no-end" | "failed";
  /** What it was said after: the beep of the machine, or its silence. */
  readonly after?: "beep" | "silence";
  /** Why it failed. */
  readonly error?: unknown;
}

/**
 * The times by which a voice is judged. Their names and values are those of Asterisk's AMD, whose
 * defaults are the trade's, except where said.
 */
export interface AnswerTimes {
  /** Silence after the answer that nobody's greeting follows, in ms. @default 2500 */
  readonly initialSilenceMs?: number;
  /**
   * Speech that is more than somebody says before waiting for an answer, in ms. Asterisk has 1500, at
   * which one in ten people was taken for a machine: see `bench/answering.ts`.
   * @default 1800
   */
  readonly greetingMs?: number;
  /** Silence after a greeting by which somebody waits for an answer, in ms. @default 800 */
  readonly afterGreetingSilenceMs?: number;
  /** Voice that is no word, but a click or a breath, in ms. @default 100 */
  readonly minimumWordMs?: number;
  /** After so much time nothing more is waited for, in ms. @default 5000 */
  readonly totalMs?: number;
}

/** When a machine has finished its greeting. */
export interface GreetingEndOptions {
  /** The shortest beep, in ms. @default 120 */
  readonly beepMs?: number;
  /** A machine that beeps is silent for less than that before it, in ms. @default 2500 */
  readonly endSilenceMs?: number;
  /** The longest greeting that is listened to, in ms after the answer. @default 60000 */
  readonly longestMs?: number;
}

/** What is done when a machine has answered, or may have. */
export interface MachineOptions {
  /**
   * What is done with a machine: `hangup`; `talk`: the backend gets the call all the same; `wait`:
   * nothing, until the application leaves a message or hangs up; or a message to leave after its beep.
   * Somebody, and what is `unknown`, is talked with; a fax is hung up on, but for `wait`.
   * @default "hangup"
   */
  readonly onMachine?: "hangup" | "talk" | "wait" | { readonly leave: string | Speech };
  /** When it is taken for a machine. @default {} */
  readonly answer?: AnswerTimes;
  /** When a message may be left. @default {} */
  readonly greeting?: GreetingEndOptions;
}
