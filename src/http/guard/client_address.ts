/** Where a request comes from. */

import type { HttpContext } from "../http_env.ts";

/**
 * The address of the client: that of the connection or, behind proxies that are trusted, the one that
 * the outermost of them saw. What is left of that in X-Forwarded-For the client itself may have written.
 */
export function clientAddress(c: HttpContext, trustedProxies: number): string {
  const peer = c.env?.address ?? "unknown";
  if (trustedProxies === 0) return peer;
  const seen = (c.req.header("X-Forwarded-For") ?? "").split(",").map((part) => part.trim())
    .filter((part) => part !== "");
  return seen.at(-trustedProxies) ?? seen[0] ?? peer;
}
