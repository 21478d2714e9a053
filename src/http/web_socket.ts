/** WebSockets of each runtime as the doors of a phone see them. */

import type { MessageSocket } from "../door/mod.ts";

/** The largest message that is taken, in bytes: a second of sound has 96,000. */
export const MOST_MESSAGE = 131_072;
/** Messages that may wait to be read; who sends more while nobody reads is cut off. */
const MOST_WAITING = 512;
/** RFC 6455 section 7.4.1: a message that is too large, and a policy that was broken. */
const TOO_LARGE = 1009;
const BROKEN_POLICY = 1008;

/** What a runtime has for one end of a WebSocket. */
export interface RawSocket {
  /** Sends a message. */
  send(message: string | Uint8Array<ArrayBuffer>): unknown;
  /** Ends the connection. */
  close(code?: number, reason?: string): void;
  /** Bytes that were sent and have not left yet. */
  readonly bufferedAmount: number;
}

/**
 * One WebSocket, told by its server what happens to it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { WebSocketEnd } from "./web_socket.ts";
 *
 * const sent: unknown[] = [];
 * const end = new WebSocketEnd();
 * end.opened({ send: (message) => sent.push(message), close: () => {}, bufferedAmount: 0 });
 * end.received("hello");
 * end.send("hi");
 * const { value } = await end.messages.getReader().read();
 * assert.deepEqual([value, sent], ["hello", ["hi"]]);
 * ```
 */
export class WebSocketEnd implements MessageSocket {
  /** What the other side sends. */
  readonly messages: ReadableStream<string | Uint8Array>;
  readonly #onClosed: () => void;
  #raw: RawSocket | undefined;
  #isOver = false;
  /** What was sent before the connection was open. */
  readonly #early: (string | Uint8Array)[] = [];
  #source!: ReadableStreamDefaultController<string | Uint8Array>;

  /** Waits for {@link opened}; `onClosed` is told once when it is over. */
  constructor(onClosed: () => void = () => {}) {
    this.#onClosed = onClosed;
    this.messages = new ReadableStream({
      start: (controller) => void (this.#source = controller),
      cancel: () => this.close(),
    });
  }

  /** Bytes that were sent and have not left yet. */
  get bufferedAmount(): number {
    return this.#isOver ? 0 : this.#raw?.bufferedAmount ?? 0;
  }

  /** Sends a message; nothing once the connection is closed. */
  send(message: string | Uint8Array): void {
    if (this.#isOver) return;
    if (this.#raw === undefined) return void this.#early.push(message);
    try {
      this.#raw.send(message as string | Uint8Array<ArrayBuffer>);
    } catch {
      // It broke off a moment ago, which is told by its close.
    }
  }

  /** Ends the connection. */
  close(code = 1000, reason = ""): void {
    if (this.#isOver) return;
    const raw = this.#raw;
    this.closed();
    try {
      raw?.close(code, reason);
    } catch {
      // It was closing already.
    }
  }

  /** The connection is open. */
  opened(raw: RawSocket): void {
    if (this.#isOver) return raw.close(1000, "");
    this.#raw = raw;
    for (const message of this.#early.splice(0)) this.send(message);
  }

  /** A message came. */
  received(message: string | Uint8Array): void {
    if (this.#isOver) return;
    if (message.length > MOST_MESSAGE) return this.close(TOO_LARGE, "The message is too large");
    if ((this.#source.desiredSize ?? 0) <= -MOST_WAITING) {
      return this.close(BROKEN_POLICY, "There is more than can be taken");
    }
    this.#source.enqueue(message);
  }

  /** The connection is over. */
  closed(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    try {
      this.#source.close();
    } catch {
      // Whoever read it has cancelled it.
    }
    this.#onClosed();
  }
}
