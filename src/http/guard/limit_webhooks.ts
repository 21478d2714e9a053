/** How much may come from those whom no token lets in, and who show only by their body who they are. */

import type { MiddlewareHandler } from "hono";
import type { HttpEnv } from "../http_env.ts";
import type { Site } from "../site.ts";
import { Places } from "./places.ts";
import { readBody } from "./read_body.ts";

/** Those that are read at a time: each is a call that begins, and its body comes in one piece. */
const MOST = 50;
/** Those of one address. */
const PER_CLIENT = 10;

/**
 * Reads the bodies of webhooks within the limits of any body, a few at a time: strangers who send theirs
 * slowly can keep out other strangers if they come from many addresses, and nobody else.
 */
export function limitWebhooks(
  { options: { limits = {} }, clock }: Site,
): MiddlewareHandler<HttpEnv> {
  const { bodyBytes: bytes = 65_536, bodyMs: ms = 10_000 } = limits;
  const places = new Places({ what: "webhooks", most: MOST, perClient: PER_CLIENT });
  return async (c, next) => {
    const { raw } = c.req;
    if (raw.body !== null) {
      const { leave } = places.take(c.get("client"));
      try {
        const body = await readBody(raw, { bytes, ms }, clock);
        const { method, headers } = raw;
        c.req.raw = new Request(raw.url, { method, headers, body });
      } finally {
        leave();
      }
    }
    await next();
  };
}
