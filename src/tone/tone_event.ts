/** A tone that began, or is over. */

/** What a {@link ToneDetector} tells: each tone is one `start` and, when it is over, one `end`. */
export interface ToneEvent {
  /** Whether the tone is there, or is over. */
  readonly type: "start" | "end";
  /** Hz, the mean so far. */
  readonly frequency: number;
  /** How loud it is, in dBov (RMS), the mean so far. */
  readonly levelDb: number;
  /** How long it has lasted so far, in ms, within 5. */
  readonly durationMs: number;
}
