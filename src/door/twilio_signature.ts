/** That it is Twilio who asks: https://www.twilio.com/docs/usage/security#validating-requests */

import { createHmac } from "node:crypto";
import { isSameSecret } from "./is_same_secret.ts";

/** What was signed. */
export interface SignedRequest {
  /** The whole address that Twilio has asked for, with its query, as it is known to Twilio. */
  readonly url: string;
  /** The fields of the form, in a POST; several values of one field each count. @default none */
  readonly fields?: Iterable<readonly [name: string, value: string]>;
}

/**
 * Whether `signature`, the field X-Twilio-Signature, is that of the request: HMAC-SHA1 by the account's
 * token over the address and, in the order of their names, each field's name and value.
 *
 * It takes as long for a wrong one as for the right one.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { isSignedByTwilio } from "@sofia/phone/door";
 *
 * const url = "https://phone.example.org/twilio/media";
 * assert.equal(isSignedByTwilio({ url }, "AAAAAAAAAAAAAAAAAAAAAAAAAAA=", "the account's token"), false);
 * ```
 */
export function isSignedByTwilio(
  { url, fields = [] }: SignedRequest,
  signature: string,
  authToken: string,
): boolean {
  const sorted = [...fields].sort(([one, first], [other, second]) =>
    one < other || one === other && first < second ? -1 : 1
  );
  const said = url + sorted.map(([name, value]) => name + value).join("");
  return isSameSecret(signature, createHmac("sha1", authToken).update(said).digest("base64"));
}

/**
 * The key by which the stream of a call is let in: only the answer to a signed webhook has it, as only that
 * knows the account's token.
 */
export function streamKey(callSid: string, authToken: string): string {
  return createHmac("sha256", authToken).update(`media stream of ${callSid}`).digest("base64url");
}
