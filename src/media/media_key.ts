/** A key that the other side has pressed, as its sound tells it. */

/** A key went down, or came up again. Each press gives exactly one `start` and one `end` in each way. */
export interface MediaKey {
  /** Whether the key went down or came up. */
  readonly type: "start" | "end";
  /** How it was told: in packets of their own (RFC 4733), or heard in the sound. */
  readonly way: "rtp" | "inband";
  /** `0`-`9`, `*`, `#`, `A`-`D`; in RTP also `F`, the hook flash. */
  readonly digit: string;
  /** How long it was down so far, in ms. */
  readonly durationMs: number;
}
