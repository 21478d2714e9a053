/** One who watches the events. */

import { Buffer } from "node:buffer";
import type { Clock } from "../../clock/mod.ts";
import type { EventFeed, FeedEvent } from "./event_feed.ts";

/** A stream on which nothing happened for so long gets a comment, that nobody takes it for dead, in ms. */
const HEARTBEAT_MS = 15_000;
/** A viewer that has read nothing for so long is dropped, in ms. */
const STUCK_MS = 10_000;

/** What a viewer wants, and gets it from. */
export interface ViewerOptions {
  readonly feed: EventFeed;
  readonly clock: Clock;
  /** The calls it wants to know of; undefined for all. */
  readonly calls: ReadonlySet<string> | undefined;
  /** The place after which it wants what happened; undefined for from now on. */
  readonly from: number | undefined;
  /** The levels of the calls it wants; undefined when it wants none, or there is nothing new. */
  readonly levels?: (viewer: Viewer) => Uint8Array | undefined;
  /** It does not watch any more. */
  readonly onGone: () => void;
}

/** Gives one viewer what is new, as fast as it reads, and drops it when it does not. */
export class Viewer {
  /** What it is sent. */
  readonly readable: ReadableStream<Uint8Array>;
  /** The calls it wants to know of; undefined for all. */
  readonly calls: ReadonlySet<string> | undefined;
  /** Whether it wants levels. */
  readonly wantsLevels: boolean;
  readonly #options: ViewerOptions;
  #output!: ReadableStreamDefaultController<Uint8Array>;
  /** The number of the latest of those that happen once. */
  #place: number;
  /** The same of those that say how something is: all are new to who has just come. */
  #shown: number;
  #readAt: number;
  #sentAt: number;
  #isOver = false;

  /** It is told first whether it has its place again. */
  constructor(options: ViewerOptions) {
    const { feed, clock, from, calls, levels } = options;
    this.#options = options;
    this.calls = calls;
    this.wantsLevels = levels !== undefined;
    this.#place = from ?? feed.number;
    this.#shown = from ?? 0;
    this.#readAt = this.#sentAt = clock.now();
    this.readable = new ReadableStream({
      start: (output) => void (this.#output = output),
      cancel: () => this.end(),
    });
    const isResumed = from !== undefined;
    this.#output.enqueue(feed.make("hello", JSON.stringify({ isResumed })).bytes);
  }

  /** Gives it what is new, if it has read what it was given. */
  serve(): void {
    if (this.#isOver) return;
    const { feed, clock } = this.#options;
    const now = clock.now();
    if ((this.#output.desiredSize ?? 0) <= 0) {
      if (now - this.#readAt > STUCK_MS || !feed.hasSince(this.#place)) this.#drop();
      return;
    }
    this.#readAt = now;
    const parts = this.#news();
    const levels = this.#options.levels?.(this);
    if (levels !== undefined) parts.push(levels);
    if (parts.length === 0) {
      if (now - this.#sentAt < HEARTBEAT_MS) return;
      parts.push(HEARTBEAT);
    }
    this.#sentAt = now;
    this.#output.enqueue(Buffer.concat(parts));
  }

  /** Ends its stream. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    try {
      this.#output.close();
    } catch {
      // It has cancelled it.
    }
    this.#options.onGone();
  }

  #news(): Uint8Array[] {
    const { feed } = this.#options;
    const parts: Uint8Array[] = [];
    for (const event of feed.since(Math.min(this.#place, this.#shown))) {
      if (this.#wants(event)) parts.push(event.bytes);
    }
    this.#place = this.#shown = feed.number;
    return parts;
  }

  #wants({ number, call, isState }: FeedEvent): boolean {
    if (number <= (isState ? this.#shown : this.#place)) return false;
    return call === undefined || this.calls === undefined || this.calls.has(call);
  }

  /** It cannot catch up: it has to come again. */
  #drop(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#output.error(new Error("The viewer does not read what it is sent"));
    this.#options.onGone();
  }
}

const HEARTBEAT = new TextEncoder().encode(":\n\n");
