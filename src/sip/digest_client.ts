/** Our side of Digest authentication, RFC 3261 section 22. */

import { type Random, token } from "../clock/mod.ts";
import { quote } from "./chars.ts";
import {
  type DigestChallenge,
  parseDigestChallenges,
  parseDigestParams,
} from "./digest_challenge.ts";
import { digestResponse } from "./digest_response.ts";
import type { SipRequest, SipResponse } from "./message.ts";

/** A user name and password, for one realm only. */
export interface DigestCredentials {
  /** The user's name. */
  readonly username: string;
  /** The user's secret, which is never sent. */
  readonly password: string;
  /** The realm they are for. A challenge of another realm gets no answer. */
  readonly realm: string;
}

/** A header field to put into a request. */
export interface DigestAuthorization {
  /** Which of the two fields it is. */
  readonly name: "Authorization" | "Proxy-Authorization";
  /** Its value. */
  readonly value: string;
}

/**
 * Answers challenges, of one realm only, with one user's password.
 *
 * ```ts
 * import { SeededRandom } from "@sofia/phone/clock";
 * import { DigestClient, SipHeaders, type SipRequest } from "@sofia/phone/sip";
 * import assert from "node:assert/strict";
 *
 * const credentials = { username: "bob", password: "zanzibar", realm: "biloxi.com" };
 * const client = new DigestClient(credentials, new SeededRandom(1));
 * const body = new Uint8Array(0);
 * const request: SipRequest = {
 *   method: "REGISTER",
 *   uri: "sip:biloxi.com",
 *   headers: new SipHeaders(),
 *   body,
 * };
 * const headers = new SipHeaders([["WWW-Authenticate", 'Digest realm="biloxi.com", nonce="dcd9"']]);
 * const answer = client.answer({ status: 401, reason: "Unauthorized", headers, body }, request);
 * assert.equal(answer?.name, "Authorization");
 * ```
 */
export class DigestClient {
  readonly #credentials: DigestCredentials;
  readonly #random: Random;
  #current: { readonly challenge: DigestChallenge; readonly isProxy: boolean } | undefined;
  #timesUsed = 0;
  #staleInARow = 0;

  /**
   * A client of one user.
   *
   * @param random makes the cnonces
   */
  constructor(credentials: DigestCredentials, random: Random) {
    this.#credentials = credentials;
    this.#random = random;
  }

  /**
   * The field to repeat a request with that was answered by 401 or 407.
   *
   * Undefined if there is nothing to be gained: no challenge is of our realm, or our answer to a
   * fresh nonce was already refused, which means that the password is wrong.
   */
  answer(response: SipResponse, request: SipRequest): DigestAuthorization | undefined {
    const isProxy = response.status === 407;
    const field = isProxy ? "Proxy-Authenticate" : "WWW-Authenticate";
    const challenge = parseDigestChallenges(response.headers.getAll(field))
      .find(({ realm }) => realm === this.#credentials.realm);
    if (challenge === undefined) return undefined;
    const refused = this.#ourAnswer(request, isProxy);
    this.#staleInARow = refused !== undefined && challenge.stale ? this.#staleInARow + 1 : 0;
    // A server that calls every nonce stale would keep us going for ever.
    if (this.#staleInARow > 1) return undefined;
    if (refused !== undefined && !challenge.stale && isFirstUse(refused)) return undefined;
    this.#current = { challenge, isProxy };
    this.#timesUsed = 0;
    return this.authorize(request);
  }

  /** The field for a further request with the last nonce, to be spared the 401; or undefined. */
  authorize(request: SipRequest): DigestAuthorization | undefined {
    if (this.#current === undefined) return undefined;
    const { challenge, isProxy } = this.#current;
    const nc = (++this.#timesUsed).toString(16).padStart(8, "0");
    const cnonce = token(this.#random, 16);
    const value = credentialsOf(challenge, this.#credentials, { request, nc, cnonce });
    return { name: isProxy ? "Proxy-Authorization" : "Authorization", value };
  }

  /** The credentials for our realm that a request already carried. */
  #ourAnswer(request: SipRequest, isProxy: boolean): ReadonlyMap<string, string> | undefined {
    return request.headers.getAll(isProxy ? "Proxy-Authorization" : "Authorization")
      .map(parseDigestParams)
      .find((params) => params.get("realm") === this.#credentials.realm);
  }
}

/** A nonce that served before may have grown old in silence: not every server says `stale`. */
function isFirstUse(credentials: ReadonlyMap<string, string>): boolean {
  return (credentials.get("nc") ?? "00000001") === "00000001";
}

function credentialsOf(
  challenge: DigestChallenge,
  credentials: DigestCredentials,
  use: { readonly request: SipRequest; readonly nc: string; readonly cnonce: string },
): string {
  const { realm, nonce, opaque, algorithm, namesAlgorithm } = challenge;
  const { username, password } = credentials;
  const { request: { method, uri, body }, nc, cnonce } = use;
  const [qop] = challenge.qop;
  const input = { algorithm, username, password, realm, nonce, qop, cnonce, nc, method, uri, body };
  const fields = [
    `username=${quote(username)}`,
    `realm=${quote(realm)}`,
    `nonce=${quote(nonce)}`,
    `uri=${quote(uri)}`,
    `response="${digestResponse(input)}"`,
  ];
  if (namesAlgorithm) fields.push(`algorithm=${algorithm}`);
  if (qop !== undefined || algorithm.endsWith("-sess")) fields.push(`cnonce="${cnonce}"`);
  if (opaque !== undefined) fields.push(`opaque=${quote(opaque)}`);
  if (qop !== undefined) fields.push(`qop=${qop}`, `nc=${nc}`);
  return `Digest ${fields.join(", ")}`;
}
