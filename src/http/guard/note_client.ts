/** Who asks, and whether that is a request. */

import type { MiddlewareHandler } from "hono";
import type { HttpEnv } from "../http_env.ts";
import type { Site } from "../site.ts";
import { ProblemError } from "../problem.ts";
import { clientAddress, clientOf } from "./client_address.ts";

/**
 * Those that there are (RFC 9110 section 9, RFC 5789), but for CONNECT and TRACE: no `Request` can be made
 * with these, and nobody here answers them.
 */
const METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"];

/** Notes the client of each request, and refuses what is none: by its method, or by its address. */
export function noteClient({ options }: Site): MiddlewareHandler<HttpEnv> {
  const { trustedProxies = 0 } = options;
  return async (c, next) => {
    const address = clientAddress(c, trustedProxies);
    c.set("address", address);
    c.set("client", clientOf(address));
    // Others would each be a figure of their own.
    if (!METHODS.includes(c.req.method)) throw new ProblemError("method-not-allowed");
    // Deno makes an address of any Host.
    if (!URL.canParse(c.req.url)) {
      throw new ProblemError("bad-request", { detail: "The field Host names no host" });
    }
    await next();
  };
}
