/** A refusal as an error. */

import type { SipResponse } from "./message.ts";

/** A request of ours was refused, timed out (408) or could not be sent (503). */
export class SipStatusError extends Error {
  /** Tells it from other errors in a log. */
  override readonly name = "SipStatusError";
  /** 300-699. */
  readonly status: number;
  /** The refusal with its headers (Contact of a 302, Retry-After); undefined when none came. */
  readonly response: SipResponse | undefined;

  /**
   * Says what could not be done.
   *
   * @param message what could not be done and why
   * @param options the status, the refusal if one came, and the error behind it
   */
  constructor(
    message: string,
    options: { status: number; response?: SipResponse; cause?: unknown },
  ) {
    super(message, { cause: options.cause });
    this.status = options.status;
    this.response = options.response;
  }
}
