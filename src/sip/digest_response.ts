/** The arithmetic of Digest authentication, RFC 7616 section 3.4. */

import { createHash } from "node:crypto";
import type { DigestAlgorithm } from "./digest_challenge.ts";

/** All that goes into a response. */
export interface DigestInput {
  /** The hash function. */
  readonly algorithm: DigestAlgorithm;
  /** Who we are. */
  readonly username: string;
  /** Our secret. */
  readonly password: string;
  /** Whose user we are. */
  readonly realm: string;
  /** The server's number. */
  readonly nonce: string;
  /** What is protected; absent for RFC 2069, which knows no cnonce and no count either. */
  readonly qop?: "auth" | "auth-int";
  /** Our number. */
  readonly cnonce: string;
  /** How often the nonce was used, this time included: eight hexadecimal digits. */
  readonly nc: string;
  /** The request's method. */
  readonly method: string;
  /** The URI as it stands in the credentials. */
  readonly uri: string;
  /** The request's body, for `auth-int`. */
  readonly body: Uint8Array;
}

/** The `response` of the credentials: lower-case hexadecimal digits. */
export function digestResponse(input: DigestInput): string {
  const { algorithm, username, password, realm, nonce, qop, cnonce, nc, method, uri } = input;
  const hashName = algorithm.startsWith("SHA-256") ? "sha256" : "md5";
  const hash = (data: string | Uint8Array): string =>
    createHash(hashName).update(data).digest("hex");
  const secret = hash(`${username}:${realm}:${password}`);
  const a1 = algorithm.endsWith("-sess") ? hash(`${secret}:${nonce}:${cnonce}`) : secret;
  const protectedBody = qop === "auth-int" ? `:${hash(input.body)}` : "";
  const a2 = hash(`${method}:${uri}${protectedBody}`);
  return qop === undefined
    ? hash(`${a1}:${nonce}:${a2}`)
    : hash(`${a1}:${nonce}:${nc}:${cnonce}:${qop}:${a2}`);
}
