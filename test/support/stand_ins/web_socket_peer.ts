/**
 * The server's end of a WebSocket, RFC 6455, over the socket of an upgrade request.
 *
 * Written for tests: text only, one frame out for one message, and strict in what it takes.
 */
import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

/** RFC 6455, section 1.3. */
const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const TEXT = 1;
const CLOSE = 8;
const PING = 9;
const PONG = 10;
const PROTOCOL_ERROR = 1002;
const NOT_TEXT = 1003;
const TOO_BIG = 1009;
const MOST_BYTES = 16 * 1024 * 1024;

/** Who is told what comes. */
export interface PeerListeners {
  readonly onText: (text: string) => void;
  readonly onClose: () => void;
}

/** One connection. */
export class WebSocketPeer {
  readonly #socket: Duplex;
  readonly #listeners: PeerListeners;
  #buffer: Uint8Array = new Uint8Array();
  #parts: Uint8Array[] = [];
  #isClosing = false;

  /** Accepts an upgrade, or refuses it with 400 when it is none. */
  constructor(request: IncomingMessage, socket: Duplex, listeners: PeerListeners) {
    this.#socket = socket;
    this.#listeners = listeners;
    const { headers } = request;
    const key = headers["sec-websocket-key"] ?? "";
    const isGood = headers.upgrade?.toLowerCase() === "websocket" &&
      headers["sec-websocket-version"] === "13" && /^[\w+/]{22}==$/.test(key);
    if (!isGood) {
      socket.end("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
      return;
    }
    const accept = createHash("sha1").update(key + GUID).digest("base64");
    socket.write(
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
        `Sec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    socket.on("data", (bytes: Uint8Array) => this.#receive(bytes));
    socket.on("error", () => {});
    socket.on("close", () => listeners.onClose());
  }

  /** Sends a message. */
  send(text: string): void {
    if (!this.#isClosing) this.#frame(TEXT, new TextEncoder().encode(text));
  }

  /** Says why, and closes. */
  close(code = 1000, reason = ""): void {
    if (this.#isClosing) return;
    const words = new TextEncoder().encode(reason);
    this.#frame(CLOSE, Uint8Array.of(code >> 8, code & 0xff, ...words));
    this.#isClosing = true;
    this.#socket.end();
  }

  /** Cuts the line without a word, as a network does. */
  cut(): void {
    this.#isClosing = true;
    this.#socket.destroy();
  }

  #receive(bytes: Uint8Array): void {
    const joined = new Uint8Array(this.#buffer.length + bytes.length);
    joined.set(this.#buffer);
    joined.set(bytes, this.#buffer.length);
    this.#buffer = joined;
    while (!this.#isClosing && this.#takeFrame());
  }

  /** Takes one frame off the buffer; false when it is not whole. RFC 6455, section 5.2. */
  #takeFrame(): boolean {
    const bytes = this.#buffer;
    if (bytes.length < 2) return false;
    const view = new DataView(bytes.buffer);
    const short = bytes[1] & 0x7f;
    const head = short === 126 ? 4 : short === 127 ? 10 : 2;
    if (bytes.length < head + 4) return false;
    // A client masks what it sends, and asks for no extension that would set the reserved bits.
    if ((bytes[1] & 0x80) === 0 || (bytes[0] & 0x70) !== 0) return this.#refuse(PROTOCOL_ERROR);
    const size = head === 2 ? short : head === 4 ? view.getUint16(2) : Number(view.getBigUint64(2));
    if (size > MOST_BYTES) return this.#refuse(TOO_BIG);
    const end = head + 4 + size;
    if (bytes.length < end) return false;
    const mask = bytes.subarray(head, head + 4);
    const payload = bytes.slice(head + 4, end).map((byte, at) => byte ^ mask[at & 3]);
    this.#buffer = bytes.slice(end);
    return this.#take(bytes[0] & 15, (bytes[0] & 0x80) !== 0, payload);
  }

  #take(kind: number, isLast: boolean, payload: Uint8Array): boolean {
    if (kind === PING) this.#frame(PONG, payload);
    else if (kind === CLOSE) this.close();
    else if (kind === TEXT || (kind === 0 && this.#parts.length > 0)) {
      this.#parts.push(payload);
      if (isLast) this.#listeners.onText(textOf(this.#parts.splice(0)));
    } else if (kind !== PONG) return this.#refuse(kind === 2 ? NOT_TEXT : PROTOCOL_ERROR);
    return true;
  }

  #refuse(code: number): false {
    this.close(code);
    return false;
  }

  #frame(kind: number, payload: Uint8Array): void {
    const { length } = payload;
    const head = length < 126 ? [length] : length < 65_536 ? [126, length >> 8, length & 0xff] : [
      127,
      0,
      0,
      0,
      0,
      length >>> 24,
      (length >> 16) & 0xff,
      (length >> 8) & 0xff,
      length & 0xff,
    ];
    const bytes = new Uint8Array(1 + head.length + length);
    bytes.set([0x80 | kind, ...head]);
    bytes.set(payload, 1 + head.length);
    this.#socket.write(bytes);
  }
}

function textOf(parts: readonly Uint8Array[]): string {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  return parts.map((part) => decoder.decode(part, { stream: true })).join("") + decoder.decode();
}
