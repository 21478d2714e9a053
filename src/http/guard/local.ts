/** Whether a request is of this machine's own. */

import { isLoopback, parseHostPort } from "../../sip/mod.ts";
import { ProblemError } from "../problem.ts";

/** What proxies and tunnels say of whom they ask for, most of them (RFC 7239). */
const FORWARDED = ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP"];

/**
 * Does nothing for a request that a program or a page of this machine may have sent.
 *
 * A page of another site can name us by its own domain (DNS rebinding), and then says so in Host; or
 * send a request across sites, and then its browser says so in Origin.
 *
 * @throws {ProblemError} for any other
 */
export function requireLocal(request: Request): void {
  // Some proxies ask us by a local name, whoever asks them.
  const proxy = FORWARDED.find((name) => request.headers.has(name));
  if (proxy !== undefined) {
    throw new ProblemError("forbidden", {
      detail: `Without a token nothing is taken from a proxy, which ${proxy} tells of: set a token`,
    });
  }
  const host = request.headers.get("Host") ?? new URL(request.url).host;
  // No other machine can have such a name in a browser's eyes.
  if (!isLoopback(parseHostPort(host)?.host ?? "")) {
    throw new ProblemError("forbidden", {
      detail:
        "Without a token we are named localhost, 127.0.0.1 or [::1]: set a token to be reached " +
        "by another name",
    });
  }
  if (!isOwnOrigin(request)) {
    throw new ProblemError("forbidden", { detail: "A page of another site may not ask" });
  }
}

/** Whether the page that sends a request is ours; so is a request that no page sends. */
export function isOwnOrigin(request: Request): boolean {
  const origin = request.headers.get("Origin");
  if (origin === null) return request.headers.get("Sec-Fetch-Site") !== "cross-site";
  const host = request.headers.get("Host") ?? new URL(request.url).host;
  const named = /^https?:\/\/([^/]+)$/i.exec(origin)?.[1];
  return named?.toLowerCase() === host.toLowerCase();
}
