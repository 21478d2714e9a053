/** One request and its response, as bytes, over node:http. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { wait } from "../wait.ts";
import { ApiError } from "./api_error.ts";

/** The whole body of a request; refuses one that is larger than `most` bytes. */
export async function bodyOf(request: IncomingMessage, most: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of request) {
    size += piece.length;
    if (size > most) throw new ApiError(413, `Maximum content size limit (${most}) exceeded.`);
    pieces.push(piece);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** The JSON object in the body of a request. */
export async function jsonOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const type = request.headers["content-type"] ?? "";
  if (!/^application\/json\b/.test(type)) {
    throw new ApiError(400, `Unsupported content type: '${type}'. Use application/json.`);
  }
  const text = new TextDecoder("utf-8", { fatal: true }).decode(await bodyOf(request, 1e6));
  try {
    const value = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Said below.
  }
  throw new ApiError(400, "We could not parse the JSON body of your request.");
}

/** Sends a whole body. */
export function answer(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { "Content-Type": type });
  response.end(body);
}

/**
 * Sends a body piece by piece, each on its own, with pauses of `pauseMs`. Tells whether all of it was
 * sent; a client that goes away ends it.
 */
export async function trickle(
  response: ServerResponse,
  pieces: Iterable<Uint8Array>,
  pauseMs: number,
): Promise<boolean> {
  let isGone = false;
  response.on("close", () => isGone = true);
  for (const piece of pieces) {
    if (isGone) return false;
    response.write(piece);
    await wait(pauseMs);
  }
  if (isGone) return false;
  response.end();
  return true;
}
