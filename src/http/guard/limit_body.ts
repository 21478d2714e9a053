/** How much may be sent to us, and how slowly. */

import type { MiddlewareHandler } from "hono";
import type { HttpEnv } from "../http_env.ts";
import type { Site } from "../site.ts";
import { ProblemError } from "../problem.ts";
import { readBody } from "./read_body.ts";

const NOTHING = new Uint8Array();

/** Reads the body of each request that has one, within its limits, and sees that it is JSON. */
export function limitBody(
  { options: { limits = {} }, clock }: Site,
): MiddlewareHandler<HttpEnv> {
  const { bodyBytes: bytes = 65_536, bodyMs: ms = 10_000 } = limits;
  return async (c, next) => {
    const { raw } = c.req;
    // A body of nothing is none on one runtime and empty on the other, and may be said to be JSON.
    if (raw.body !== null || c.req.header("Content-Type") !== undefined) {
      const body = raw.body === null ? NOTHING : await readBody(raw, { bytes, ms }, clock);
      if (body.length > 0) requireJson(c.req.header("Content-Type"), body);
      const headers = new Headers(raw.headers);
      if (body.length === 0) headers.delete("Content-Type");
      c.req.raw = new Request(raw.url, {
        ...{ method: raw.method, headers },
        body: body.length === 0 ? undefined : body,
      });
    }
    await next();
  };
}

function requireJson(type: string | undefined, body: Uint8Array): void {
  if (!/^application\/([\w.-]+\+)?json\s*(;|$)/i.test(type ?? "")) {
    throw new ProblemError("not-json", {
      detail: `Send it with Content-Type: application/json; it came with ${type ?? "none"}`,
    });
  }
  try {
    JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch (error) {
    const { message } = error as Error;
    throw new ProblemError("bad-request", {
      detail: "The body is not JSON",
      faults: [{ path: "", message: message.slice(0, 200) }],
    });
  }
}
