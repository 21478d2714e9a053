/** What a phone does, for those who look at it and for those who watch. */

import type { Call, CallEnd } from "../../call/mod.ts";
import { every, type Timer } from "../../clock/mod.ts";
import type { DrainProgress, PhoneHandler } from "../../phone/mod.ts";
import type { Site } from "../site.ts";
import { PastCalls } from "../views/past_calls.ts";
import { turnView } from "../views/turn_view.ts";
import { WatchedCall } from "../views/watched_call.ts";
import { EventFeed } from "./event_feed.ts";
import { LevelMeter } from "./level_meter.ts";
import { endView, errorView } from "./end_view.ts";

/** How often the calls are looked at in small groups, in ms, and in how many rounds all of them are. */
const LOOK_MS = 25;
const LOOKS = 10;
/** How often levels are taken, in ms. */
const LEVELS_MS = 200;
/** How often it is told how the phone is, in ms. */
const STATUS_MS = 1000;

/** Calls that are over and wait for their records, which wait for recordings. */
const MOST_WAITING = 1000;

/** What {@link PhoneWatch} needs besides. */
export interface PhoneWatchOptions {
  /** How the phone is, as it is shown. */
  readonly status: () => unknown;
}

/**
 * Notes what the calls of a phone do. While somebody watches it looks at all calls four times a second,
 * a few at a time, so that no tick of the sound is late for it; else it only notes.
 */
export class PhoneWatch {
  /** The events, and who watches them. */
  readonly feed: EventFeed;
  /** How loud calls are. */
  readonly meter: LevelMeter;
  /** The calls that are over. */
  readonly past: PastCalls;
  /** How far a drain is; undefined before one begins. */
  draining: DrainProgress | undefined;
  readonly #site: Site;
  readonly #options: PhoneWatchOptions;
  readonly #calls = new Map<Call, WatchedCall>();
  /** What viewers know of each call, as JSON. */
  readonly #shown = new Map<Call, string>();
  #rota: Call[] = [];
  #timers: Timer[] = [];

  /** Begins to note; ends with the signal of the site. */
  constructor(site: Site, options: PhoneWatchOptions) {
    const { phone, clock, wallClock, signal, random } = site;
    this.#site = site;
    this.#options = options;
    this.past = new PastCalls(site.options.pastCalls ?? 200);
    this.feed = new EventFeed({
      clock,
      instance: random.uint32().toString(36),
      onViewers: () => this.#onViewers(),
    });
    const calls = () => this.#calls.values();
    this.meter = new LevelMeter({ feed: this.feed, wallClock, calls });
    for (const call of phone.calls) this.seen(call);
    const offs = this.#listen(phone);
    signal.addEventListener("abort", () => {
      for (const off of offs) off();
      this.feed.close();
    }, { once: true });
  }

  /** The calls there are. */
  get calls(): WatchedCall[] {
    return this.#site.phone.calls.map((call) => this.seen(call));
  }

  /** A call there is, by its id. */
  find(id: string): WatchedCall | undefined {
    const call = this.#site.phone.calls.find((call) => call.id === id);
    return call && this.seen(call);
  }

  /** What is known of a call. */
  seen(call: Call): WatchedCall {
    const known = this.#calls.get(call);
    if (known !== undefined) return known;
    const watched = new WatchedCall(call, this.#site);
    // One that is over has been told of, and nothing would ever end what is noted of it.
    if (call.state === "ended") return watched;
    if (this.#calls.size > MOST_WAITING + this.#site.phone.calls.length) this.#forget();
    this.#calls.set(call, watched);
    const { id } = call;
    watched.listen({
      onEntry: (entry) => this.feed.tell("transcript", { id, entry }, id),
      onTurn: (turn) => this.feed.tell("turn", { id, turn }, id),
    });
    if (call.state === "live") watched.answered();
    void call.ended.then((end) => this.#ended(watched, end));
    return watched;
  }

  #listen(phone: PhoneHandler): (() => void)[] {
    const { feed } = this;
    return [
      phone.on("arrived", ({ call }) => this.#changed(this.seen(call))),
      phone.on("answered", ({ call }) => {
        const watched = this.seen(call);
        if (watched.voice === undefined) watched.answered();
        this.#changed(watched);
      }),
      phone.on("conversation", ({ call, event }) => this.seen(call).note(event)),
      phone.on("turn", ({ call, turn }) => {
        const watched = this.seen(call);
        watched.time(turnView(turn, (at) => watched.toWall(at)));
      }),
      phone.on("dtmf", ({ call: { id }, digit, way, durationMs }) => {
        feed.tell("dtmf", { id, digit, way, durationMs }, id);
      }),
      phone.on("refused", (refusal) => feed.tell("refused", refusal)),
      phone.on("error", ({ call, error }) => feed.tell("error", errorView(error, call), call?.id)),
      phone.on("draining", (progress) => {
        this.draining = progress;
        this.#showStatus();
      }),
      phone.on("record", ({ call, record }) => {
        const watched = this.#calls.get(call);
        this.#calls.delete(call);
        const transcript = watched?.transcript.entries ?? [];
        const past = this.past.push({ record, transcript, timings: watched?.timings ?? [] });
        feed.tell("record", past, call.id);
      }),
    ];
  }

  /** Forgets calls whose record was never made. */
  #forget(): void {
    for (const call of this.#calls.keys()) if (call.state === "ended") this.#calls.delete(call);
  }

  #ended(watched: WatchedCall, end: CallEnd): void {
    const { call } = watched;
    const { id } = call;
    watched.follow();
    this.#shown.delete(call);
    this.feed.drop(`call ${id}`);
    this.feed.tell("call-ended", { id, end: endView(end), durationMs: end.durationMs }, id);
  }

  /** Shows a call to viewers if it is otherwise than they know it. */
  #changed(watched: WatchedCall): void {
    const { call } = watched;
    if (call.state === "ended" || this.feed.viewers.size === 0) return;
    const view = watched.view();
    const json = JSON.stringify(view);
    if (this.#shown.get(call) === json) return;
    this.#shown.set(call, json);
    this.feed.show(`call ${call.id}`, "call", view, call.id);
  }

  #onViewers(): void {
    const { clock } = this.#site;
    if (this.feed.viewers.size === 0) {
      for (const timer of this.#timers.splice(0)) timer.cancel();
      for (const { voice } of this.#calls.values()) if (voice) voice.isMetering = false;
      return;
    }
    if (this.#timers.length > 0) return;
    // What was shown to those before is old, and calls have ended since.
    for (const call of this.#shown.keys()) this.feed.drop(`call ${call.id}`);
    this.#shown.clear();
    this.#rota = [];
    this.#timers = [
      every(clock, LOOK_MS, () => this.#look()),
      every(clock, LEVELS_MS, () => this.meter.measure()),
      every(clock, STATUS_MS, () => this.#showStatus()),
    ];
    this.#showStatus();
  }

  /** Looks at some of the calls. */
  #look(): void {
    const { phone } = this.#site;
    if (this.#rota.length === 0) this.#rota = [...phone.calls];
    const some = this.#rota.splice(0, Math.ceil(phone.calls.length / LOOKS));
    for (const call of some) {
      const watched = this.seen(call);
      watched.follow();
      this.#changed(watched);
    }
  }

  #showStatus(): void {
    if (this.feed.viewers.size > 0) this.feed.show("status", "status", this.#options.status());
  }
}
