/** How many requests are answered at a time, and how many one client may send. */

import type { MiddlewareHandler } from "hono";
import type { HttpEnv } from "../http_env.ts";
import type { Site } from "../site.ts";
import { ProblemError } from "../problem.ts";
import { tooMany } from "./authorize.ts";
import { clientAddress } from "./client_address.ts";
import { TokenBuckets } from "./token_buckets.ts";

/** The longest path with its query, and the most bytes of header fields: as much as servers take. */
const MOST_PATH = 8192;

/**
 * Those that there are (RFC 9110 section 9, RFC 5789), but for CONNECT and TRACE: no `Request` can be made
 * with these, and nobody here answers them.
 */
const METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"];

/** Notes the client of each request, and refuses what is too much of it. */
export function countRequests(site: Site): MiddlewareHandler<HttpEnv> {
  const { options: { limits = {}, trustedProxies = 0 }, clock } = site;
  const { requestsPerSecond: perSecond = 50, requestBurst: burst = 200, requests = 500 } = limits;
  const buckets = new TokenBuckets({ perSecond, burst });
  let running = 0;
  return async (c, next) => {
    const client = clientAddress(c, trustedProxies);
    c.set("client", client);
    // Others would each be a figure of their own.
    if (!METHODS.includes(c.req.method)) throw new ProblemError("method-not-allowed");
    const waitMs = buckets.take(client, clock.now());
    if (waitMs > 0) throw tooMany(waitMs);
    if (c.req.url.length > MOST_PATH) throw new ProblemError("uri-too-long");
    if (running >= requests) {
      throw new ProblemError("busy", { headers: { "Retry-After": "1" } });
    }
    running++;
    try {
      await next();
    } finally {
      running--;
    }
  };
}
