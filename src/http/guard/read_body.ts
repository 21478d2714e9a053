/** Reading what is sent, and no more of it than was agreed, nor for longer. */

import { Buffer } from "node:buffer";
import type { Clock } from "../../clock/mod.ts";
import { ProblemError } from "../problem.ts";

/** What a body may be. */
export interface BodyLimits {
  /** Its length. */
  readonly bytes: number;
  /** How long it may take to come. */
  readonly ms: number;
}

/** The rest of the body would be taken for the next request (RFC 9110 section 15.5.9). */
const CLOSE = { Connection: "close" };

/**
 * The whole body of a request, which has one.
 *
 * @throws {ProblemError} when it is too large, comes too slowly, or breaks off
 */
export async function readBody(
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
      if (done) return Buffer.concat(parts);
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
