/** Why a call of ours did not come about. */

import type { SipStatusError } from "../../sip/mod.ts";
import { causeIn, causeOf, type RefusalName, refusalName } from "../refusals.ts";

/** What a {@link CallRefusedError} is made of. */
export interface CallRefusal {
  /** What was asked for, and failed. */
  readonly error: SipStatusError;
  /** What it means, where the status alone does not say it. @default by status and cause */
  readonly outcome?: RefusalName;
}

/**
 * Nobody has answered a call of ours.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { CallRefusedError, loopback, PhoneHandler } from "@sofia/phone";
 *
 * const onCall = (call: { reject(why: "busy"): boolean }) => void call.reject("busy");
 * const desk = new PhoneHandler({ voiceBackend: loopback(), sipPort: 0, onCall });
 * const phone = new PhoneHandler({ voiceBackend: loopback(), sipPort: 0 });
 * const [{ port }] = await Promise.all([desk.start(), phone.start()]);
 * const error = await phone.call(`sip:desk@127.0.0.1:${port}`).catch((error) => error);
 * assert(error instanceof CallRefusedError);
 * assert.deepEqual([error.outcome, error.status, error.q850], ["busy", 486, 17]);
 * await Promise.all([desk.stop(), phone.stop()]);
 * ```
 */
export class CallRefusedError extends Error {
  /** Tells it from other errors in a log. */
  override readonly name = "CallRefusedError";
  /** What it means. */
  readonly outcome: RefusalName;
  /** The status (300-699); where none came, the one that stands for what happened: 408, 487, 503. */
  readonly status: number;
  /**
   * The cause in the terms of the telephone network, ITU-T Q.850: 17 is busy. What the other side
   * says (RFC 3326), or else what its status stands for (RFC 3398).
   */
  readonly q850: number;
  /** The reason phrase of the refusal, or empty. */
  readonly reason: string;
  /** How long the other side asks us to wait before another try, in seconds; undefined if it does not. */
  readonly retryAfterS: number | undefined;

  /** Translates what the user agent tells. */
  constructor({ error, outcome }: CallRefusal) {
    const { status, response } = error;
    const said = causeIn(response?.headers.get("Reason"));
    super(`${error.message}${hintOf(error)}`, { cause: error.cause ?? error });
    this.status = status;
    this.outcome = outcome ?? refusalName(status, said);
    this.q850 = said ?? (this.outcome === "no-answer" ? 19 : causeOf(status));
    this.reason = response?.reason ?? "";
    const asked = /^\s*(\d{1,9})/.exec(response?.headers.get("Retry-After") ?? "")?.[1];
    this.retryAfterS = asked === undefined ? undefined : Number(asked);
  }
}

/** Most often a challenge is not answered because it is of another realm than was thought. */
function hintOf({ status, response }: SipStatusError): string {
  if (status !== 401 && status !== 407) return "";
  const field = status === 407 ? "Proxy-Authenticate" : "WWW-Authenticate";
  const realm = /\brealm\s*=\s*"([^"]{0,100})"/i.exec(response?.headers.get(field) ?? "")?.[1];
  return realm === undefined
    ? ""
    : `; it asks for the password of the realm ${JSON.stringify(realm)}`;
}
