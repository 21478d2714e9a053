/**
 * The parser of modesl 1.2.1, guarded. The only file that knows this package.
 *
 * Of modesl its parser is used, on a socket of ours, and none of its `Connection`, whose `execute`,
 * `api` and server lose count of their answers. What its parser does wrong is guarded here, each with
 * a case in test/esl/conformance:
 *
 * - it decodes every header with `decodeURIComponent`, which throws, and splits plain bodies by
 *   characters where bytes are meant: it works in Latin-1 here, so that a character is a byte, and its
 *   two methods that interpret are replaced by ours;
 * - it takes any number for a length: heads are checked before it believes them;
 * - it copies all it holds with every chunk: a body reaches it only when it is complete;
 * - it stops in the middle of a chunk when a listener throws: frames are handed out after it is done;
 * - it calls itself for each frame of a chunk: it is fed in pieces.
 *
 * What stays: a head that comes in single bytes costs time by its square, up to the limit of a head.
 */

import { EventEmitter } from "node:events";
import { Buffer } from "node:buffer";
import type { EslFault, EslFrame, EslFramer, EslLimits } from "./esl_frame.ts";
import { bodyLength, headTooLarge, parseHeaders } from "./esl_head.ts";
import { decodeText } from "./lenient_text.ts";

/** The most bytes it is given at once. */
const PIECE_BYTES = 4096;

/** What modesl's parser is, as far as it is used and replaced here. It has no types of its own. */
interface ModeslParser {
  encoding: string;
  buffer: Uint8Array;
  bodyLen: number;
  _parseHeaderText(text: string): Record<string, unknown>;
  _parseEvent(headers: Record<string, unknown>, body?: string): void;
}

type ParserClass = new (socket: EventEmitter) => ModeslParser;

/** The modules of a package that is CommonJS, whose names a runtime may or may not find. */
interface ModeslModule {
  readonly Parser?: ParserClass;
  readonly default?: { readonly Parser: ParserClass };
}

/** Loads the package and gives what makes a framer for each connection. */
export async function loadModesl(limits: Required<EslLimits>): Promise<() => EslFramer> {
  // Its types are the ones above.
  const module = await import("modesl") as unknown as ModeslModule;
  const Parser = module.Parser ?? module.default?.Parser;
  if (Parser === undefined) throw new Error("Cannot load modesl as it has no Parser");
  return () => new ModeslFramer(Parser, limits);
}

/** One connection's parser. */
class ModeslFramer implements EslFramer {
  readonly #limits: Required<EslLimits>;
  readonly #bytes = new EventEmitter();
  readonly #parser: ModeslParser;
  #items: (EslFrame | EslFault)[] = [];
  #fault: EslFault | undefined;
  /** The head that modesl has read last, as it came. */
  #head = "";
  /** The beginning of a body that is not complete. */
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;

  constructor(Parser: ParserClass, limits: Required<EslLimits>) {
    this.#limits = limits;
    this.#parser = new Parser(this.#bytes);
    this.#parser.encoding = "latin1";
    this.#parser._parseHeaderText = (text) => this.#checkHead(text);
    this.#parser._parseEvent = (_headers, body = "") => this.#take(body);
  }

  push(chunk: Uint8Array): (EslFrame | EslFault)[] {
    if (this.#fault !== undefined) return [];
    for (let at = 0; at < chunk.length && this.#fault === undefined;) {
      const missing = this.#missingBytes();
      const end = at + (missing > 0 ? missing : PIECE_BYTES);
      this.#feed(chunk.subarray(at, end));
      at = end;
    }
    const items = this.#items;
    this.#items = [];
    if (this.#fault !== undefined) items.push(this.#fault);
    return items;
  }

  /** How many bytes its body still lacks; 0 while it reads a head. */
  #missingBytes(): number {
    const { bodyLen, buffer } = this.#parser;
    return bodyLen > 0 ? bodyLen - buffer.length - this.#waitingBytes : 0;
  }

  #feed(piece: Uint8Array): void {
    if (this.#missingBytes() > piece.length) {
      this.#waiting.push(piece.slice());
      this.#waitingBytes += piece.length;
      return;
    }
    const bytes = Buffer.concat([...this.#waiting, piece]);
    this.#waiting = [];
    this.#waitingBytes = 0;
    try {
      this.#bytes.emit("data", bytes);
      const { bodyLen, buffer } = this.#parser;
      if (bodyLen === 0 && buffer.length > this.#limits.maxHeadBytes) {
        this.#fault ??= headTooLarge(this.#limits);
      }
    } catch (error) {
      if (this.#fault === undefined) throw error;
    }
  }

  /** Stands in for what decodes a head: the one thing modesl may know of it is the length. */
  #checkHead(text: string): Record<string, unknown> {
    this.#head = text;
    if (text.length > this.#limits.maxHeadBytes) this.#fault = headTooLarge(this.#limits);
    else {
      const length = bodyLength(text, this.#limits);
      if (typeof length === "number") return { "Content-Length": length };
      this.#fault = length;
    }
    // Nothing behind it can be told apart: modesl must not go on.
    throw new Error(this.#fault.text);
  }

  /** Stands in for what interprets a frame. */
  #take(body: string): void {
    const head = decodeText(Buffer.from(this.#head, "latin1"));
    if (head === "") return;
    this.#items.push({
      headers: parseHeaders(head),
      body: new Uint8Array(Buffer.from(body, "latin1")),
    });
  }
}
