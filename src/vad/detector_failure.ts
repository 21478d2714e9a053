/** Why a detector was replaced in the middle of a call. */

/** What was wrong: it threw, it did not answer, or it found no voice in a lot of loud sound. */
export type DetectorFailureReason = "threw" | "stuck" | "deaf";

/** Why a detector was replaced; of one that threw, `cause` is what it threw. */
export class DetectorFailure extends Error {
  /** Tells it from other errors in a log. */
  override readonly name = "DetectorFailure";
  /** What was wrong. */
  readonly reason: DetectorFailureReason;

  /** A failure that `message` tells of. */
  constructor(reason: DetectorFailureReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}
