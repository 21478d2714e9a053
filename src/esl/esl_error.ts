/** What goes wrong between us and FreeSWITCH, as errors one can tell apart. */

/** What belongs to an {@link EslError}. */
export interface EslErrorOptions {
  /** What FreeSWITCH said. */
  readonly reply?: string;
  /** The error behind it. */
  readonly cause?: unknown;
}

/**
 * Something could not be done over an event socket.
 *
 * @example
 * ```ts
 * import { EslError, EslRefusedError } from "@sofia/phone/esl";
 * import assert from "node:assert/strict";
 *
 * const error = new EslRefusedError("Cannot kill the channel", { reply: "-ERR No such channel!" });
 * assert(error instanceof EslError);
 * assert.equal(error.reply, "-ERR No such channel!");
 * ```
 */
export class EslError extends Error {
  /** Tells it from other errors in a log. */
  override readonly name: string = "EslError";
  /** What FreeSWITCH said, such as `-ERR No such channel!`; undefined when it said nothing. */
  readonly reply: string | undefined;

  /**
   * Says what could not be done and why.
   *
   * @param message the sentence
   * @param options the reply, and the error behind it
   */
  constructor(message: string, options: EslErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.reply = options.reply;
  }
}

/** FreeSWITCH does not let us in: a wrong password, or an address its list of rules refuses. */
export class EslAuthError extends EslError {
  /** Tells it from other errors in a log. */
  override readonly name = "EslAuthError";
}

/** The connection is over, or was not there. Whether a command was done before that is not known. */
export class EslClosedError extends EslError {
  /** Tells it from other errors in a log. */
  override readonly name = "EslClosedError";
}

/** Nothing came in time. Whether the command is done later is not known. */
export class EslTimeoutError extends EslError {
  /** Tells it from other errors in a log. */
  override readonly name = "EslTimeoutError";
}

/** FreeSWITCH said no, with `-ERR` or `-USAGE`; or we did, as it would have hung up. */
export class EslRefusedError extends EslError {
  /** Tells it from other errors in a log. */
  override readonly name = "EslRefusedError";
}

/** The channel hung up before it began. The reply is the cause, such as `NORMAL_CLEARING`. */
export class EslHangupError extends EslError {
  /** Tells it from other errors in a log. */
  override readonly name = "EslHangupError";
}
