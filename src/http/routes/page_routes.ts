/** The pages, and what they consist of. */

import { createHash } from "node:crypto";
import type { Hono } from "hono";
import type { HttpEnv } from "../http_env.ts";
import { type Page, PAGES } from "../pages/pages.ts";

/** Serves the files of {@link PAGES}; they hold nothing that is anybody's, so that all may have them. */
export function pageRoutes(app: Hono<HttpEnv>): void {
  for (const { path, type, text } of PAGES as readonly Page[]) {
    const tag = `"${createHash("sha256").update(text).digest("base64url").slice(0, 22)}"`;
    app.get(path, (c) => {
      const headers = { "Content-Type": type, "ETag": tag, "Cache-Control": "no-cache" };
      if (c.req.header("If-None-Match") === tag) return c.body(null, 304, headers);
      return c.body(text, 200, headers);
    });
  }
}
