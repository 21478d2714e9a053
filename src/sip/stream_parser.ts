/** From the bytes of a TCP connection to SIP messages, RFC 3261 section 18.3, RFC 5626 section 3.5.1. */

import type { SipMessage } from "./message.ts";
import { type MessageHead, parseHead, type Wrong } from "./message_head.ts";
import { contentLength } from "./message_rules.ts";
import {
  afterEmptyLine,
  bodyTooLarge,
  endOfHead,
  faultOf,
  finishMessage,
  headTooLarge,
  type ParseLimits,
} from "./parse_message.ts";
import type { SipFault } from "./sip_fault.ts";

/** A keep-alive: two empty lines between messages, to be answered by one. */
export interface SipPing {
  /** What it is. */
  readonly ping: true;
}

const NO_BYTES = new Uint8Array(0);
const NO_LENGTH: Wrong = { fault: "content-length", text: "Content-Length is missing on a stream" };

/**
 * Cuts a stream of bytes into messages.
 *
 * A message that is merely wrong is a {@link SipFault}, and the next one is read. A fault that is
 * `fatal` leaves no way to tell where the next message starts: nothing more is read, and the
 * connection must close. What it holds back is bounded by its limits and one chunk.
 *
 * ```ts
 * import { SipStreamParser } from "@sofia/phone/sip";
 * import assert from "node:assert/strict";
 *
 * const parser = new SipStreamParser();
 * assert.deepEqual(parser.push(new Uint8Array([13, 10])), []);
 * assert.deepEqual(parser.push(new Uint8Array([13, 10])), [{ ping: true }]);
 * ```
 */
export class SipStreamParser {
  readonly #maxHeaders: number;
  readonly #maxHeadBytes: number;
  readonly #maxBodyBytes: number;
  #buffer = NO_BYTES;
  #start = 0;
  #end = 0;
  /** No head ends before this. */
  #searched = 0;
  /** A head that waits for its body. */
  #pending: { readonly head: MessageHead; readonly bodyBytes: number } | undefined;
  #isBroken = false;

  /**
   * A parser for one connection.
   *
   * @param limits what a message may measure
   */
  constructor(limits: ParseLimits = {}) {
    const { maxHeadBytes = 32_768, maxHeaders = 200, maxBodyBytes = 65_536 } = limits;
    this.#maxHeaders = maxHeaders;
    this.#maxHeadBytes = maxHeadBytes;
    this.#maxBodyBytes = maxBodyBytes;
  }

  /** Bytes that wait for the rest of their message. */
  get heldBytes(): number {
    return this.#isBroken ? 0 : this.#end - this.#start;
  }

  /** Takes the next bytes, which it does not keep, and gives what is complete with them. */
  push(chunk: Uint8Array): (SipMessage | SipFault | SipPing)[] {
    const items: (SipMessage | SipFault | SipPing)[] = [];
    if (this.#isBroken) return items;
    this.#append(chunk);
    for (let item = this.#next(); item !== undefined; item = this.#next()) {
      items.push(item);
      if ("fault" in item && item.fatal) {
        this.#isBroken = true;
        this.#buffer = NO_BYTES;
        break;
      }
    }
    return items;
  }

  #next(): SipMessage | SipFault | SipPing | undefined {
    if (this.#pending === undefined) {
      const found = this.#skipEmptyLines() ?? this.#readHead();
      if (found !== undefined || this.#pending === undefined) return found;
    }
    const { head, bodyBytes } = this.#pending;
    if (this.#end - this.#start < bodyBytes) return undefined;
    const body = this.#buffer.slice(this.#start, this.#start + bodyBytes);
    this.#consume(bodyBytes);
    this.#pending = undefined;
    return finishMessage(head, body);
  }

  /** A run of empty lines is one ping however long it is, so that nobody is answered at length. */
  #skipEmptyLines(): SipPing | undefined {
    let at = this.#start;
    while (at < this.#end && isLineEnd(this.#buffer[at])) at++;
    const length = at - this.#start;
    // Less than a ping may still become one.
    if (length === 0 || (length < 4 && at === this.#end)) return undefined;
    this.#consume(length);
    return length < 4 ? undefined : { ping: true };
  }

  #readHead(): SipFault | undefined {
    // Line ends that may become a ping are no head, though they look like the end of one.
    if (this.#end > this.#start && isLineEnd(this.#buffer[this.#start])) return undefined;
    const bytes = this.#buffer.subarray(this.#start, this.#end);
    // The empty line may have begun in the bytes that were searched.
    const end = endOfHead(bytes, Math.max(this.#searched - 3, 0));
    if ((end === -1 ? bytes.length : end) > this.#maxHeadBytes) {
      return headTooLarge(this.#maxHeadBytes);
    }
    this.#searched = bytes.length;
    if (end === -1) return undefined;
    const head = parseHead(bytes.subarray(0, end), this.#maxHeaders);
    const length = contentLength(head.headers) ?? NO_LENGTH;
    if (typeof length !== "number") return faultOf(head, head.wrong ?? length, true);
    if (length > this.#maxBodyBytes) return faultOf(head, bodyTooLarge(this.#maxBodyBytes), true);
    this.#consume(afterEmptyLine(bytes, end));
    this.#pending = { head, bodyBytes: length };
    return undefined;
  }

  #consume(length: number): void {
    this.#start += length;
    this.#searched = 0;
  }

  /** Adds bytes behind those that are held; room doubles, so that single bytes stay cheap. */
  #append(chunk: Uint8Array): void {
    const held = this.#end - this.#start;
    const needed = held + chunk.length;
    if (needed > this.#buffer.length) {
      const room = new Uint8Array(Math.max(needed, 2 * held));
      room.set(this.#buffer.subarray(this.#start, this.#end));
      this.#buffer = room;
    } else if (this.#end + chunk.length > this.#buffer.length) {
      this.#buffer.copyWithin(0, this.#start, this.#end);
    } else {
      this.#buffer.set(chunk, this.#end);
      this.#end += chunk.length;
      return;
    }
    this.#buffer.set(chunk, held);
    this.#start = 0;
    this.#end = needed;
  }
}

function isLineEnd(byte: number): boolean {
  return byte === 0x0d || byte === 0x0a;
}
