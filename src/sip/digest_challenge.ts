/** What a server asks before it believes who we are: RFC 7616 section 3.3, RFC 3261 section 22. */

import { isToken, isTokenChar, quotedEnd, skipBlanks, unquote } from "./chars.ts";

/** The hash functions that are answered; with `-sess` the key also depends on the nonces. */
export type DigestAlgorithm = "MD5" | "MD5-sess" | "SHA-256" | "SHA-256-sess";

/** One challenge of the scheme Digest. */
export interface DigestChallenge {
  /** Whose users are asked for. */
  readonly realm: string;
  /** The server's number, used once or as often as it likes. */
  readonly nonce: string;
  /** To be sent back as it is. */
  readonly opaque?: string;
  /** MD5 where the server names none. */
  readonly algorithm: DigestAlgorithm;
  /** True where the server named its algorithm: then the answer names it too. */
  readonly namesAlgorithm: boolean;
  /** How much may be protected; empty for a server of RFC 2069. */
  readonly qop: readonly ("auth" | "auth-int")[];
  /** True when the answer was right but its nonce too old. */
  readonly stale: boolean;
}

const ALGORITHMS: readonly DigestAlgorithm[] = ["MD5", "MD5-sess", "SHA-256", "SHA-256-sess"];

/**
 * The Digest challenges of all lines of WWW-Authenticate or Proxy-Authenticate, in order.
 *
 * Challenges of other schemes, of unknown algorithms or qop, and malformed ones are left out.
 */
export function parseDigestChallenges(lines: readonly string[]): DigestChallenge[] {
  const challenges: DigestChallenge[] = [];
  for (const line of lines) {
    for (const { scheme, params } of splitChallenges(line)) {
      const challenge = scheme === "digest" ? digestChallenge(params) : undefined;
      if (challenge !== undefined) challenges.push(challenge);
    }
  }
  return challenges;
}

/** The parameters of credentials such as `Digest username="bob", nc=00000001`, by lower-case name. */
export function parseDigestParams(value: string): ReadonlyMap<string, string> {
  return splitChallenges(value)[0]?.params ?? new Map();
}

interface RawChallenge {
  readonly scheme: string;
  readonly params: Map<string, string>;
}

/**
 * Splits `Digest realm="a", nonce="b", Basic realm="c"`. What follows a comma is a parameter if a
 * `=` follows its first word, and else the next challenge's scheme. Reads up to what is malformed.
 */
function splitChallenges(line: string): RawChallenge[] {
  const challenges: RawChallenge[] = [];
  let at = skipBlanks(line, 0);
  while (at < line.length) {
    let end = at;
    while (isTokenChar(line.charCodeAt(end))) end++;
    const word = line.slice(at, end).toLowerCase();
    if (!isToken(word)) break;
    at = skipBlanks(line, end);
    if (line[at] !== "=") {
      challenges.push({ scheme: word, params: new Map() });
      continue;
    }
    at = skipBlanks(line, at + 1);
    end = line[at] === '"' ? quotedEnd(line, at) : tokenEnd(line, at);
    if (end === -1) break;
    const value = line.slice(at, end);
    challenges.at(-1)?.params.set(word, value.startsWith('"') ? unquote(value) : value);
    at = skipBlanks(line, end);
    if (line[at] === ",") at = skipBlanks(line, at + 1);
  }
  return challenges;
}

function tokenEnd(line: string, start: number): number {
  let end = start;
  while (end < line.length && !" \t,".includes(line[end])) end++;
  return end;
}

function digestChallenge(params: ReadonlyMap<string, string>): DigestChallenge | undefined {
  const realm = params.get("realm");
  const nonce = params.get("nonce");
  const named = params.get("algorithm");
  const algorithm = ALGORITHMS.find((known) => same(known, named ?? "MD5"));
  if (realm === undefined || nonce === undefined || algorithm === undefined) return undefined;
  const offered = params.get("qop")?.split(",").map((part) => part.trim().toLowerCase());
  const qop = (["auth", "auth-int"] as const).filter((known) => offered?.includes(known));
  if (offered !== undefined && qop.length === 0) return undefined;
  const stale = same(params.get("stale") ?? "", "true");
  const opaque = params.get("opaque");
  return { realm, nonce, opaque, algorithm, namesAlgorithm: named !== undefined, qop, stale };
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
