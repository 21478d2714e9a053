/** How loud the calls are, for all who watch them: found out once, and written once. */

import type { WatchedCall } from "../views/watched_call.ts";
import type { EventFeed, FeedEvent } from "./event_feed.ts";
import type { Viewer } from "./viewer.ts";

/** What a {@link LevelMeter} needs. */
export interface LevelMeterOptions {
  readonly feed: EventFeed;
  /** The live calls. */
  readonly calls: () => Iterable<WatchedCall>;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
}

/** Takes the peaks of the calls that somebody wants to see, and hands them to those who do. */
export class LevelMeter {
  readonly #options: LevelMeterOptions;
  #at = 0;
  /** What each call has to tell, as JSON, by its id. */
  #parts = new Map<string, string>();
  /** All of it, for those who watch all calls. */
  #all: FeedEvent | undefined;
  /** The latest round that a viewer was given. */
  readonly #given = new WeakMap<Viewer, number>();
  #round = 0;

  /** Nobody watches. */
  constructor(options: LevelMeterOptions) {
    this.#options = options;
  }

  /** Takes the peaks since it was called last, of the calls that viewers ask for. */
  measure(): void {
    const viewers = [...this.#options.feed.viewers].filter(({ wantsLevels }) => wantsLevels);
    this.#parts = new Map();
    this.#all = undefined;
    for (const { call, voice } of this.#options.calls()) {
      if (voice === undefined) continue;
      const isWanted = viewers.some(({ calls }) => calls === undefined || calls.has(call.id));
      voice.isMetering = isWanted;
      if (!isWanted) continue;
      const peaks = voice.takePeaks();
      if (peaks.caller.length === 0) continue;
      this.#parts.set(call.id, `${JSON.stringify(call.id)}:${JSON.stringify(peaks)}`);
    }
    if (this.#parts.size === 0) return;
    this.#round++;
    this.#at = Math.round(this.#options.wallClock());
  }

  /** What is new for a viewer, as an event; undefined when there is nothing. */
  newsFor(viewer: Viewer): Uint8Array | undefined {
    if (this.#parts.size === 0 || this.#given.get(viewer) === this.#round) return undefined;
    this.#given.set(viewer, this.#round);
    const { calls } = viewer;
    if (calls === undefined) return (this.#all ??= this.#event([...this.#parts.values()])).bytes;
    const parts = [...calls].map((id) => this.#parts.get(id)).filter((part) => part !== undefined);
    return parts.length === 0 ? undefined : this.#event(parts).bytes;
  }

  #event(parts: readonly string[]): FeedEvent {
    return this.#options.feed.make("levels", `{"at":${this.#at},"calls":{${parts.join(",")}}}`);
  }
}
