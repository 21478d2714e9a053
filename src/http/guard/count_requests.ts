/** How many requests are answered at a time, and how many one client may send. */

import type { MiddlewareHandler } from "hono";
import type { HttpEnv } from "../http_env.ts";
import type { Site } from "../site.ts";
import { ProblemError } from "../problem.ts";
import { tooMany } from "./authorize.ts";
import { TokenBuckets } from "./token_buckets.ts";

/** The longest path with its query, and the most bytes of header fields: as much as servers take. */
const MOST_PATH = 8192;

/** Refuses what is too much of a client, and what is too much at a time. */
export function countRequests(site: Site): MiddlewareHandler<HttpEnv> {
  const { options: { limits = {} }, clock } = site;
  const { requestsPerSecond: perSecond = 50, requestBurst: burst = 200, requests = 500 } = limits;
  const buckets = new TokenBuckets({ perSecond, burst });
  let running = 0;
  return async (c, next) => {
    const waitMs = buckets.take(c.get("client"), clock.now());
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
