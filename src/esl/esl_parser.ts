/** From the bytes of an event socket to frames, as `mod_event_socket` of FreeSWITCH writes them. */

import type { EslFault, EslFrame, EslFramer, EslLimits } from "./esl_frame.ts";
import { fullLimits } from "./esl_frame.ts";
import { bodyLength, headTooLarge, parseHeaders } from "./esl_head.ts";
import { decodeText } from "./lenient_text.ts";

const NEWLINE = 0x0a;
const NO_BYTES = new Uint8Array(0);

/**
 * Cuts a stream of bytes into frames: headers, an empty line, and as many bytes as `Content-Length`
 * says. Each byte is looked at once however the stream is cut, and what is held back is bounded by the
 * limits and one chunk.
 *
 * @example
 * ```ts
 * import { EslParser } from "@sofia/phone/esl";
 * import assert from "node:assert/strict";
 *
 * const parser = new EslParser();
 * const bytes = new TextEncoder().encode("Content-Type: api/response\nContent-Length: 4\n\n+OK\n");
 * assert.deepEqual(parser.push(bytes.subarray(0, 40)), []);
 * const [frame] = parser.push(bytes.subarray(40));
 * assert("body" in frame);
 * assert.equal(new TextDecoder().decode(frame.body), "+OK\n");
 * assert.equal(frame.headers.get("Content-Type"), "api/response");
 * ```
 */
export class EslParser implements EslFramer {
  readonly #limits: Required<EslLimits>;
  #buffer: Uint8Array = NO_BYTES;
  #start = 0;
  #end = 0;
  /** No head ends before this. */
  #searched = 0;
  /** A head that waits for its body. */
  #pending: { readonly headers: Map<string, string>; readonly bodyBytes: number } | undefined;
  #isBroken = false;

  /**
   * A parser for one connection.
   *
   * @param limits how much is taken in one piece
   */
  constructor(limits: EslLimits = {}) {
    this.#limits = fullLimits(limits);
  }

  /** Bytes that wait for the rest of their frame. */
  get heldBytes(): number {
    return this.#end - this.#start;
  }

  push(chunk: Uint8Array): (EslFrame | EslFault)[] {
    const items: (EslFrame | EslFault)[] = [];
    if (this.#isBroken) return items;
    this.#append(chunk);
    for (let item = this.#next(); item !== undefined; item = this.#next()) {
      items.push(item);
      if ("fault" in item) {
        this.#isBroken = true;
        this.#buffer = NO_BYTES;
        this.#start = this.#end = 0;
        return items;
      }
    }
    if (this.#start === this.#end) {
      // Nothing is held, so a buffer that was needed once is not kept for ever.
      this.#buffer = NO_BYTES;
      this.#start = this.#end = 0;
    }
    return items;
  }

  #next(): EslFrame | EslFault | undefined {
    if (this.#pending === undefined) {
      const fault = this.#readHead();
      if (fault !== undefined || this.#pending === undefined) return fault;
    }
    const { headers, bodyBytes } = this.#pending;
    if (this.#end - this.#start < bodyBytes) return undefined;
    const body = this.#buffer.slice(this.#start, this.#start + bodyBytes);
    this.#start += bodyBytes;
    this.#searched = this.#start;
    this.#pending = undefined;
    return { headers, body };
  }

  #readHead(): EslFault | undefined {
    const end = this.#endOfHead();
    const length = (end === -1 ? this.#end : end) - this.#start;
    if (length > this.#limits.maxHeadBytes) return headTooLarge(this.#limits);
    if (end === -1) return undefined;
    const head = decodeText(this.#buffer.subarray(this.#start, end));
    const bodyBytes = bodyLength(head, this.#limits);
    if (typeof bodyBytes !== "number") return bodyBytes;
    this.#start = end + 2;
    this.#pending = { headers: parseHeaders(head), bodyBytes };
    return undefined;
  }

  /** Where the empty line after a head begins, less the line end before it; -1 if it is not there yet. */
  #endOfHead(): number {
    // A line end between frames belongs to none of them.
    while (this.#start < this.#end && this.#buffer[this.#start] === NEWLINE) this.#start++;
    let at = Math.max(this.#searched, this.#start);
    for (;;) {
      at = this.#buffer.indexOf(NEWLINE, at);
      if (at === -1 || at + 1 >= this.#end) break;
      if (this.#buffer[at + 1] === NEWLINE) return at;
      at++;
    }
    // The last byte may be the first of the two.
    this.#searched = Math.max(this.#start, this.#end - 1);
    return -1;
  }

  /** Adds bytes behind those that are held; room doubles, so that single bytes stay cheap. */
  #append(chunk: Uint8Array): void {
    const held = this.#end - this.#start;
    if (held === 0) {
      // The bodies are copies, so that the chunk itself can be read as it is; what stays is copied below.
      this.#buffer = chunk.slice();
      this.#start = this.#searched = 0;
      this.#end = chunk.length;
      return;
    }
    if (this.#end + chunk.length > this.#buffer.length) this.#makeRoom(held, chunk.length);
    this.#buffer.set(chunk, this.#end);
    this.#end += chunk.length;
  }

  #makeRoom(held: number, more: number): void {
    const awaited = this.#pending?.bodyBytes ?? 0;
    const size = Math.max(held + more, Math.min(awaited, 2 * (held + more)), 2 * held);
    const room = new Uint8Array(size);
    room.set(this.#buffer.subarray(this.#start, this.#end));
    this.#searched = Math.max(0, this.#searched - this.#start);
    this.#buffer = room;
    this.#start = 0;
    this.#end = held;
  }
}
