/** Both ends of a WebSocket that is no network: what one sends, the other has at once. */

import type { MessageSocket } from "../../src/door/mod.ts";

/** The far end: what a page, or whoever else calls, does with it. */
export class FarEnd {
  /** What the door has sent that is text, read as JSON. */
  readonly told: Record<string, unknown>[] = [];
  /** What it has sent that is bytes. */
  readonly heard: Uint8Array[] = [];
  /** All of it in its order: the type of each text, `sound` for bytes. */
  readonly order: string[] = [];
  /** How the door has closed it. */
  closed: { readonly code?: number; readonly reason?: string } | undefined;
  /** Told of each message of JSON. */
  onTold: (message: Record<string, unknown>) => void = () => {};
  /** The door's end. */
  readonly socket: MessageSocket;
  #input!: ReadableStreamDefaultController<string | Uint8Array>;
  #isOver = false;
  #waiting: (string | Uint8Array)[] | undefined;

  constructor() {
    // deno-lint-ignore no-this-alias -- the door's end is an object of its own
    const far = this;
    this.socket = {
      messages: new ReadableStream({
        start: (controller) => void (this.#input = controller),
        cancel: () => this.#end(),
      }),
      get bufferedAmount() {
        return (far.#waiting ?? []).reduce((sum, { length }) => sum + length, 0);
      },
      send: (message) => this.#take(message),
      close: (code, reason) => {
        if (this.#isOver) return;
        this.closed = { code, reason };
        this.#end();
        this.#input.close();
      },
    };
  }

  /** Reads nothing: what the door sends waits until it reads again. */
  set isStuck(isStuck: boolean) {
    const waiting = this.#waiting ?? [];
    this.#waiting = isStuck ? waiting : undefined;
    if (!isStuck) { for (const message of waiting) this.#take(message); }
  }

  /** Sends a message: bytes and text as they are, anything else as JSON. */
  say(message: string | Uint8Array | Record<string, unknown>): void {
    if (this.#isOver) return;
    const isRaw = typeof message === "string" || message instanceof Uint8Array;
    this.#input.enqueue(isRaw ? message : JSON.stringify(message));
  }

  /** Breaks off without a word. */
  leave(): void {
    if (this.#isOver) return;
    this.#end();
    this.#input.close();
  }

  /** The types of what it was told. */
  get types(): unknown[] {
    return this.told.map(({ type, event }) => type ?? event);
  }

  #take(message: string | Uint8Array): void {
    if (this.#isOver) return;
    if (this.#waiting !== undefined) return void this.#waiting.push(message);
    if (typeof message !== "string") {
      this.heard.push(message);
      this.order.push("sound");
      return;
    }
    const told = JSON.parse(message);
    this.told.push(told);
    this.order.push(told.type ?? told.event);
    this.onTold(told);
  }

  #end(): void {
    this.#isOver = true;
  }
}

/** Little-endian 16-bit PCM. */
export function pcm(samples: Int16Array): Uint8Array {
  const bytes = new Uint8Array(samples.length * 2);
  const view = new DataView(bytes.buffer);
  samples.forEach((sample, at) => view.setInt16(2 * at, sample, true));
  return bytes;
}

/** The samples of all messages, one after another. */
export function samplesOf(messages: readonly Uint8Array[]): Int16Array {
  const bytes = messages.flatMap((message) => [...message]);
  const view = new DataView(Uint8Array.from(bytes).buffer);
  return Int16Array.from({ length: bytes.length / 2 }, (_, at) => view.getInt16(2 * at, true));
}
