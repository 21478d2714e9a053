/** What a phone says of itself when something is about to go wrong. */

/** What is wrong. */
export type WatchdogSubject =
  /** Nothing was done in the process for so long that callers have heard it. */
  | "event-loop"
  /** A call is over, and what it held is not given back. */
  | "stuck-call"
  /** The event socket of FreeSWITCH cannot be reached. */
  | "esl"
  /** Few ports for sound are free. */
  | "ports"
  /** The disk that recordings are written to is nearly full. */
  | "disk";

/** Something that a person should look at, told at most once a minute of each kind. */
export interface WatchdogEvent {
  /** What it is about. */
  readonly what: WatchdogSubject;
  /** What was seen, in a sentence with its numbers. */
  readonly text: string;
  /** What can be done about it, in a sentence. */
  readonly remedy: string;
  /** The number that was seen: ms of a pause, calls, ms without a connection, the share in use. */
  readonly value: number;
  /** How often it was seen, and not told, since it was told last. */
  readonly untold: number;
}
