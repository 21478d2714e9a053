/** How much may be sent to us, and how slowly. */

import type { MiddlewareHandler } from "hono";
import type { Clock } from "../../clock/mod.ts";
import type { HttpEnv } from "../http_env.ts";
import type { Site } from "../site.ts";
import { ProblemError } from "../problem.ts";

/** What a body may be. */
interface BodyLimits {
  readonly bytes: number;
  readonly ms: number;
}

/** What a body is to be. */
interface BodyOptions {
  /** Whether it has to be JSON. @default true */
  readonly isJson?: boolean;
}

/** Reads the body of each request that has one, within its limits, and sees that it is what it is to be. */
export function limitBody(
  { options: { limits = {} }, clock }: Site,
  { isJson = true }: BodyOptions = {},
): MiddlewareHandler<HttpEnv> {
  const { bodyBytes: bytes = 65_536, bodyMs: ms = 10_000 } = limits;
  return async (c, next) => {
    const { raw } = c.req;
    if (raw.body !== null) {
      const body = await readBody(raw, { bytes, ms }, clock);
      if (isJson && body.length > 0) requireJson(c.req.header("Content-Type"), body);
      const headers = new Headers(raw.headers);
      // A body of nothing is none, whatever it is said to be.
      if (body.length === 0) headers.delete("Content-Type");
      c.req.raw = new Request(raw.url, {
        ...{ method: raw.method, headers },
        body: body.length === 0 ? undefined : body,
      });
    }
    await next();
  };
}

/** The rest of the body would be taken for the next request (RFC 9110 section 15.5.9). */
const CLOSE = { Connection: "close" };

async function readBody(
  request: Request,
  { bytes, ms }: BodyLimits,
  clock: Clock,
): Promise<Uint8Array<ArrayBuffer>> {
  const tooLarge = new ProblemError("too-large", {
    detail: `A body has at most ${bytes} bytes`,
    headers: CLOSE,
  });
  if (Number(request.headers.get("Content-Length") ?? 0) > bytes) throw tooLarge;
  const reader = request.body!.getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  const late = Promise.withResolvers<never>();
  late.promise.catch(() => {});
  const timer = clock.setTimer(
    () =>
      late.reject(
        new ProblemError("too-slow", { detail: `A body comes within ${ms} ms`, headers: CLOSE }),
      ),
    ms,
  );
  try {
    for (;;) {
      const { done, value } = await Promise.race([reader.read(), late.promise]);
      if (done) return joined(parts, length);
      length += value.length;
      if (length > bytes) throw tooLarge;
      parts.push(value);
    }
  } catch (error) {
    reader.cancel().catch(() => {});
    if (error instanceof ProblemError) throw error;
    throw new ProblemError("bad-request", { detail: "The body broke off" });
  } finally {
    timer.cancel();
  }
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
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
