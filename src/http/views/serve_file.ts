/** A file, or a part of it. */

import { type FileHandle, open, stat } from "node:fs/promises";
import { ProblemError } from "../problem.ts";

/** What is read at a time, in bytes. */
const BLOCK = 65_536;

/** From where to where of a file, the end not included. */
interface Part {
  readonly start: number;
  readonly end: number;
}

/**
 * Answers with the file at `path`, or the part that the request asks for (RFC 9110 section 14).
 *
 * @throws {ProblemError} when it is not there any more, or has no such part
 */
export async function serveFile(request: Request, path: string, type: string): Promise<Response> {
  const { size, mtimeMs } = await stat(path).catch(() => {
    throw new ProblemError("no-recording", { detail: "It was taken away" });
  });
  const tag = `"${size.toString(36)}-${Math.round(mtimeMs).toString(36)}"`;
  const headers: Record<string, string> = {
    "Accept-Ranges": "bytes",
    "Cache-Control": "private, no-cache",
    "ETag": tag,
  };
  if (request.headers.get("If-None-Match") === tag) {
    return new Response(null, { status: 304, headers });
  }
  const asked = rangeOf(request, tag);
  const part = asked === undefined ? undefined : partOf(asked, size);
  const { start, end } = part ?? { start: 0, end: size };
  headers["Content-Type"] = type;
  headers["Content-Length"] = String(end - start);
  if (part !== undefined) headers["Content-Range"] = `bytes ${start}-${end - 1}/${size}`;
  const status = part === undefined ? 200 : 206;
  const body = request.method === "HEAD" ? null : readPart(path, { start, end });
  return new Response(body, { status, headers });
}

/** The range that is asked for, if it is of the file as it is now. */
function rangeOf({ headers }: Request, tag: string): string | undefined {
  const ifRange = headers.get("If-Range");
  if (ifRange !== null && ifRange !== tag) return undefined;
  return headers.get("Range") ?? undefined;
}

/** Undefined for a range that is to be ignored: several parts, or other units. */
function partOf(range: string, size: number): Part | undefined {
  const [, first, last] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(range) ?? [];
  if (first === undefined || (first === "" && last === "")) return undefined;
  const start = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === "" || last === "" ? size : Math.min(size, Number(last) + 1);
  if (start < end) return { start, end };
  throw new ProblemError("bad-range", { headers: { "Content-Range": `bytes */${size}` } });
}

/** Reads on from `at`; gives how many bytes there were. */
async function readInto(block: Uint8Array, file: FileHandle, at: number): Promise<number> {
  if (block.length === 0) return 0;
  return (await file.read(block, 0, block.length, at)).bytesRead;
}

/** Opened when the first of it is asked for, so that an answer that nobody reads holds no file open. */
function readPart(path: string, { start, end }: Part): ReadableStream<Uint8Array<ArrayBuffer>> {
  let file: FileHandle | undefined;
  let at = start;
  return new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(output) {
      try {
        const block = new Uint8Array(Math.min(BLOCK, end - at));
        file ??= await open(path, "r");
        const bytesRead = await readInto(block, file, at);
        at += bytesRead;
        if (bytesRead > 0) output.enqueue(block.subarray(0, bytesRead));
        if (bytesRead > 0 && at < end) return;
      } catch (error) {
        await file?.close();
        throw error;
      }
      await file.close();
      output.close();
    },
    cancel: () => file?.close(),
  }, { highWaterMark: 0 });
}
