/** How much may come from those whom no token lets in, and who show only by their body who they are. */

import type { MiddlewareHandler } from "hono";
import type { HttpEnv } from "../http_env.ts";
import type { Site } from "../site.ts";
import { ProblemError } from "../problem.ts";
import { readBody } from "./read_body.ts";

/** Those that are read at a time: each is a call that begins, and its body comes in one piece. */
const MOST = 50;

/**
 * Reads the bodies of webhooks within the limits of any body, a few at a time: strangers who send theirs
 * slowly can keep out other strangers, and nobody else.
 */
export function limitWebhooks(
  { options: { limits = {} }, clock }: Site,
): MiddlewareHandler<HttpEnv> {
  const { bodyBytes: bytes = 65_536, bodyMs: ms = 10_000 } = limits;
  let reading = 0;
  return async (c, next) => {
    const { raw } = c.req;
    if (raw.body !== null) {
      if (reading >= MOST) throw new ProblemError("busy", { headers: { "Retry-After": "1" } });
      reading++;
      try {
        const body = await readBody(raw, { bytes, ms }, clock);
        const { method, headers } = raw;
        c.req.raw = new Request(raw.url, { method, headers, body });
      } finally {
        reading--;
      }
    }
    await next();
  };
}
