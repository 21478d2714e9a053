/** A key that was pressed, whichever way it was told. */

/**
 * How a key press reaches us: `rtp`, in packets of its own (RFC 4733); `info`, by SIP INFO or the message
 * of another door; `esl`, by an event of FreeSWITCH; `inband`, heard in the sound.
 */
export type KeyWay = "rtp" | "info" | "esl" | "inband";

/** What is told in the place of a digit that nobody is to know: no telephone has such a key. */
export const MASKED_DIGIT = "x";

/** A key that was pressed. */
export interface KeyPress {
  /** `0`-`9`, `*`, `#`, `A`-`D`; `F` for the hook flash; {@link MASKED_DIGIT} while keys are masked. */
  readonly digit: string;
  /** The way that told it first. */
  readonly way: KeyWay;
  /**
   * How long it was down when it was told, in ms. In RTP and in-band that is when it goes down; SIP
   * INFO and FreeSWITCH tell a key when it is up again.
   */
  readonly durationMs: number;
}

/** A key that was pressed, as the record of a call has it. */
export interface KeyEntry extends KeyPress {
  /** When it was told, in ms of the clock. */
  readonly at: number;
}
