/** What happens, for all who watch: written once, kept for those who come back, sent as fast as each reads. */

import { type Clock, every, type Timer } from "../../clock/mod.ts";
import { Viewer, type ViewerOptions } from "./viewer.ts";

/** Viewers are served in turns, so that many at once do not hold up the sound of calls, in ms. */
const TURN_MS = 10;
/** So many turns, and each viewer had one. */
const TURNS = 5;

/** An event as it is sent. */
export interface FeedEvent {
  /** Its place: later events have higher numbers. */
  readonly number: number;
  /** The call that it is of; undefined for one of the phone. */
  readonly call: string | undefined;
  /** Whether it says how something is, and only the latest counts. */
  readonly isState: boolean;
  /** As text/event-stream has it. */
  readonly bytes: Uint8Array;
}

/** What an {@link EventFeed} is made with. */
export interface EventFeedOptions {
  readonly clock: Clock;
  /** Tells this process from the one before: numbers of that mean nothing here. */
  readonly instance: string;
  /** Events that are kept for viewers that come back. @default 1000 */
  readonly kept?: number;
  /** Told whenever the number of viewers changes. */
  readonly onViewers?: () => void;
}

/** What a viewer wants. */
export interface WatchOptions extends Omit<ViewerOptions, "feed" | "clock" | "onGone"> {
  /** It does not watch any more. @default nobody wants to know */
  readonly onGone?: () => void;
}

/**
 * The events of a phone and those who watch them.
 *
 * Some happen once, and are kept for a while (`tell`); others say how something is now, and only the
 * latest of each is kept (`show`). Each is turned into bytes once, whoever watches. A viewer has its
 * place among them and is given what is new when it reads; nobody waits for it.
 */
export class EventFeed {
  /** Who watches. */
  readonly viewers: Set<Viewer> = new Set();
  readonly #options: EventFeedOptions;
  readonly #kept: number;
  readonly #events: FeedEvent[] = [];
  readonly #states = new Map<string, FeedEvent>();
  readonly #encoder = new TextEncoder();
  #number = 0;
  #turn = 0;
  #timer: Timer | undefined;

  /** Nothing has happened. */
  constructor(options: EventFeedOptions) {
    this.#options = options;
    this.#kept = options.kept ?? 1000;
  }

  /** The number of the latest event. */
  get number(): number {
    return this.#number;
  }

  /** Something has happened. */
  tell(name: string, data: unknown, call?: string): void {
    this.#events.push(this.make(name, JSON.stringify(data), { call }));
    // Not one by one: to take from the front of a long list costs as much as the list is long.
    if (this.#events.length >= this.#kept * 2) this.#events.splice(0, this.#kept);
  }

  /** Something is otherwise than before, whose latest state stands under `key`. */
  show(key: string, name: string, data: unknown, call?: string): void {
    this.#states.delete(key);
    this.#states.set(key, this.make(name, JSON.stringify(data), { call, isState: true }));
  }

  /** There is nothing under `key` any more. */
  drop(key: string): void {
    this.#states.delete(key);
  }

  /** Makes an event of text that is JSON already; it is not kept. */
  make(
    name: string,
    json: string,
    { call, isState = false }: { readonly call?: string; readonly isState?: boolean } = {},
  ): FeedEvent {
    const number = ++this.#number;
    const text = `id: ${this.#options.instance}-${number}\nevent: ${name}\ndata: ${json}\n\n`;
    return { number, call, isState, bytes: this.#encoder.encode(text) };
  }

  /**
   * The place after the event that a viewer had last, if all that happened since is still kept.
   *
   * @param lastId what the viewer says in Last-Event-ID
   */
  placeOf(lastId: string | undefined): number | undefined {
    const [, instance, digits] = /^(.+)-(\d{1,15})$/.exec(lastId ?? "") ?? [];
    const number = Number(digits);
    if (instance !== this.#options.instance || number > this.#number) return undefined;
    return this.hasSince(number) ? number : undefined;
  }

  /** Whether all that happened after the event of this number is still kept. */
  hasSince(number: number): boolean {
    const dropped = this.#events.length < this.#kept ? 0 : this.#events[0].number - 1;
    return number >= dropped;
  }

  /** What is new after `number`, in its order. */
  since(number: number): FeedEvent[] {
    const found: FeedEvent[] = [];
    for (let i = this.#events.length - 1; i >= 0 && this.#events[i].number > number; i--) {
      found.push(this.#events[i]);
    }
    for (const state of this.#states.values()) if (state.number > number) found.push(state);
    return found.sort((one, other) => one.number - other.number);
  }

  /** Somebody watches from now on; `onGone` is told when that is over. */
  watch({ onGone, ...options }: WatchOptions): Viewer {
    const viewer: Viewer = new Viewer({
      ...options,
      feed: this,
      clock: this.#options.clock,
      onGone: () => {
        this.viewers.delete(viewer);
        this.#changed();
        onGone?.();
      },
    });
    this.viewers.add(viewer);
    this.#changed();
    return viewer;
  }

  /** Ends the streams of all viewers, who are given what is new before. */
  close(): void {
    for (const viewer of [...this.viewers]) {
      viewer.serve();
      viewer.end();
    }
  }

  #changed(): void {
    if (this.viewers.size === 0) {
      this.#timer?.cancel();
      this.#timer = undefined;
    } else this.#timer ??= every(this.#options.clock, TURN_MS, () => this.#serve());
    this.#options.onViewers?.();
  }

  #serve(): void {
    this.#turn = (this.#turn + 1) % TURNS;
    let place = 0;
    for (const viewer of [...this.viewers]) {
      if (place++ % TURNS === this.#turn) viewer.serve();
    }
  }
}
