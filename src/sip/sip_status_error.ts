/** A refusal as an error. */

import type { SipResponse } from "./message.ts";

/**
 * A request of ours was refused, timed out (408) or could not be sent (503).
 *
 * @example
 * ```ts
 * import { SipStatusError, SipUserAgent } from "@sofia/phone/sip";
 * import assert from "node:assert/strict";
 *
 * const bob = new SipUserAgent({ port: 0, onInvite: (call) => call.reject(486) });
 * await bob.start();
 * const target = `sip:bob@127.0.0.1:${bob.local.port}`;
 * const error = await bob.invite({ target }).catch((error) => error);
 * assert(error instanceof SipStatusError);
 * assert.equal(error.status, 486);
 * await bob.stop();
 * ```
 */
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
