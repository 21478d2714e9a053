// @ts-check
/** Server-sent events that go on: read by `fetch`, as an EventSource cannot send a token. */

import { EventParser } from "./event_parser.js";

/** @typedef {import("./event_parser.js").ServerEvent} ServerEvent */

/**
 * @typedef {object} EventStreamOptions
 * @property {(signal: AbortSignal, lastId: string) => Promise<Response>} open Asks for the events.
 * @property {(event: ServerEvent) => void} onEvent Told each event.
 * @property {() => void} onOpen Told that events come, again or for the first time.
 * @property {(loss: { error: unknown, retryMs: number }) => void} onLost
 *   Told that none come, and when that is tried next.
 */

/** The first wait before another try, in ms; each further one is twice as long. */
const FIRST_MS = 500;
/** The longest wait, in ms. */
const LONGEST_MS = 15_000;
/** A connection that says nothing for so long is dead: the phone tells its status each second. */
const SILENCE_MS = 10_000;

/** Reads events, and connects again with growing pauses whenever the connection is lost. */
export class EventStream {
  /** @type {EventStreamOptions} */
  #options;
  #stopping = new AbortController();
  #lastId = "";
  #failures = 0;
  /** Ends the pause before the next try. */
  #wake = () => {};

  /** @param {EventStreamOptions} options */
  constructor(options) {
    this.#options = options;
    const retry = () => this.retry();
    addEventListener("online", retry, { signal: this.#stopping.signal });
    void this.#run();
  }

  /** Tries at once, if it is waiting to. */
  retry() {
    this.#wake();
  }

  /** Reads no more. */
  stop() {
    this.#stopping.abort();
    this.#wake();
  }

  async #run() {
    while (!this.#stopping.signal.aborted) {
      const error = await this.#read().then(() => undefined, (error) => error);
      if (this.#stopping.signal.aborted) return;
      // Spread, so that many pages do not come back in the same moment.
      const retryMs = Math.min(LONGEST_MS, FIRST_MS * 2 ** this.#failures++) *
        (0.75 + Math.random() / 2);
      this.#options.onLost({ error, retryMs });
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, retryMs);
        this.#wake = () => (clearTimeout(timer), resolve(undefined));
      });
    }
  }

  /** Reads one connection to its end. */
  async #read() {
    const giveUp = new AbortController();
    const signal = AbortSignal.any([giveUp.signal, this.#stopping.signal]);
    let watch = setTimeout(() => giveUp.abort(), SILENCE_MS);
    try {
      const response = await this.#options.open(signal, this.#lastId);
      if (response.body === null) throw new TypeError("The answer is empty");
      const [parser, decoder] = [new EventParser(), new TextDecoder()];
      this.#failures = 0;
      this.#options.onOpen();
      for (const reader = response.body.getReader();;) {
        const { done, value } = await reader.read();
        if (done) return;
        clearTimeout(watch);
        watch = setTimeout(() => giveUp.abort(), SILENCE_MS);
        for (const event of parser.push(decoder.decode(value, { stream: true }))) {
          this.#lastId = event.id;
          this.#options.onEvent(event);
        }
      }
    } finally {
      clearTimeout(watch);
      giveUp.abort();
    }
  }
}
