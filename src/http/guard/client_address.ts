/** Where a request comes from, and whom it counts for. */

import { parseHostPort } from "../../sip/mod.ts";
import type { HttpContext } from "../http_env.ts";

/** Longer than any address; what a proxy that is wrongly trusted lets through may have any length. */
const LONGEST = 64;

/**
 * The address that a request comes from: that of the connection or, behind proxies that are trusted, the
 * one that the outermost of them saw. What is left of that in X-Forwarded-For the client itself may have
 * written.
 */
export function clientAddress(c: HttpContext, trustedProxies: number): string {
  const peer = c.env?.address ?? "unknown";
  if (trustedProxies === 0) return peer;
  const seen = (c.req.header("X-Forwarded-For") ?? "").split(",").map((part) => part.trim())
    .filter((part) => part !== "");
  const said = seen.at(-trustedProxies) ?? seen[0];
  return said === undefined ? peer : withoutPort(said).slice(0, LONGEST);
}

/**
 * The client that an address belongs to, by which requests are counted: the address itself or, of IPv6,
 * the network of 64 bits, as each of its machines has as many addresses as it likes (RFC 8981).
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { clientOf } from "./client_address.ts";
 *
 * assert.equal(clientOf("2001:db8::7:1"), "2001:db8:0:0");
 * assert.equal(clientOf("::ffff:192.0.2.1"), "192.0.2.1");
 * ```
 */
export function clientOf(address: string): string {
  const plain = address.toLowerCase().replace(/^::ffff:(?=[\d.]+$)/, "");
  if (!plain.includes(":")) return plain;
  const [head, tail] = plain.split("::").map((part) => part.split(":").filter((group) => group));
  const zeros = Array<string>(Math.max(0, 8 - head.length - (tail?.length ?? 0))).fill("0");
  return [...head, ...zeros, ...tail ?? []].slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, "")).join(":");
}

/** Some proxies write the port of the client, too, which differs from one connection to the next. */
function withoutPort(said: string): string {
  return parseHostPort(said)?.host ?? said;
}
