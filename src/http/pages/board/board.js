// @ts-check
/** All calls, as the phone tells of them while they happen. */

import { EventStream } from "../shared/event_stream.js";
import { ApiError } from "../shared/phone_api.js";
import { SLOT_MS } from "./level_ring.js";
import { LiveCall } from "./live_call.js";

/** @typedef {import("../shared/phone_api.js").PhoneApi} PhoneApi */
/** @typedef {"calls" | "call" | "words" | "levels" | "status" | "connection" | "trouble" | "record" | "anew"} Topic */
/** @typedef {{ state: "connecting" | "open" | "lost", retryAt?: number, reason?: string }} Connection */

/** Calls that are over, and still in the list for those who look at them. */
const MOST_ENDED = 30;
/** When it is asked again which calls there are, if that could not be told, in ms. */
const RESYNC_MS = 2000;

/** What goes on in the phone; those who listen are told what has changed. */
export class Board {
  /** @type {Map<string, LiveCall>} */
  calls = new Map();
  /** @type {Record<string, any>} */
  status = {};
  /** @type {Connection} */
  connection = { state: "connecting" };
  /** The phone's clock minus ours, in ms. */
  #skewMs = 0;
  #isSkewKnown = false;
  /** @type {Map<Topic, Set<(id?: string, detail?: unknown) => void>>} */
  #listeners = new Map();
  /** @type {PhoneApi} */
  #api;
  /** @type {EventStream} */
  #stream;
  /** How often events have begun anew: with gaps, or from another process. */
  #beginnings = 0;

  /** @param {PhoneApi} api */
  constructor(api) {
    this.#api = api;
    this.#stream = new EventStream({
      open: (signal, lastId) =>
        api.fetch("events?calls=*&levels=1", {
          signal,
          headers: {
            accept: "text/event-stream",
            ...(lastId !== "" && { "last-event-id": lastId }),
          },
        }),
      onOpen: () => this.#connected({ state: "open" }),
      onLost: ({ error, retryMs }) => {
        // What else can go wrong says "network error", which helps nobody.
        const reason = error instanceof ApiError ? error.message : undefined;
        this.#connected({ state: "lost", retryAt: Date.now() + retryMs, reason });
      },
      onEvent: ({ type, data }) => this.#take(type, data),
    });
  }

  /** The time by the phone's clock, in ms since 1970. */
  now() {
    return Date.now() + this.#skewMs;
  }

  /**
   * @param {Topic} topic
   * @param {(id?: string, detail?: any) => void} listener
   */
  on(topic, listener) {
    const listeners = this.#listeners.get(topic) ?? new Set();
    this.#listeners.set(topic, listeners.add(listener));
  }

  /** Connects now, rather than when the pause is over. */
  retry() {
    this.#stream.retry();
  }

  /** @param {string} id Asks for all that was said in a call. */
  async fill(id) {
    const detail = await this.#api.json(`calls/${encodeURIComponent(id)}`);
    // How a known call is has been told since, perhaps.
    const call = this.calls.get(id) ?? this.#put(detail);
    call.fill(detail.transcript ?? [], detail.timings ?? []);
    this.#tell("words", id);
  }

  /** @param {string} type @param {string} data */
  #take(type, data) {
    const detail = JSON.parse(data);
    switch (type) {
      case "hello":
        return detail.isResumed ? undefined : this.#beginAnew();
      case "call":
        return void this.#put(detail);
      case "call-ended":
        return this.#ended(detail);
      case "transcript":
        this.calls.get(detail.id)?.note(detail.entry);
        return this.#tell("words", detail.id);
      case "turn":
        this.calls.get(detail.id)?.time(detail.turn);
        return this.#tell("words", detail.id);
      case "levels":
        return this.#levels(detail);
      case "status":
        if (typeof detail.at === "number") this.#seen(detail.at);
        this.status = detail;
        return this.#tell("status");
      case "dtmf":
        this.calls.get(detail.id)?.press(detail.digit);
        return this.#tell("call", detail.id);
      case "error":
        return this.#troubled(detail);
      case "record":
        return this.#tell("record", undefined, detail);
    }
  }

  /** @param {import("./wire.js").CallView} view */
  #put(view) {
    const known = this.calls.get(view.id);
    const { transcript: _, timings: __, ...plain } = /** @type {any} */ (view);
    // A caller who was cut off comes back in a call of the same name.
    const isBack = known?.end !== undefined && plain.startedAt > known.view.startedAt;
    if (known !== undefined && !isBack) {
      known.view = plain;
      this.#tell("call", view.id);
      return known;
    }
    const call = new LiveCall(plain);
    this.calls.set(view.id, call);
    this.#tell("calls");
    if (isBack) this.#tell("call", view.id);
    return call;
  }

  /** @param {{ id: string, end: import("./wire.js").CallEnd }} detail */
  #ended({ id, end }) {
    const call = this.calls.get(id);
    if (call === undefined) return;
    call.end = { ...end, at: this.now() };
    call.view = { ...call.view, speaking: { caller: false, agent: false } };
    const over = [...this.calls.values()].filter((call) => call.end !== undefined);
    for (const old of over.slice(0, -MOST_ENDED)) this.calls.delete(old.view.id);
    this.#tell("calls");
    this.#tell("call", id);
  }

  /** @param {{ id?: string, error: string }} detail */
  #troubled({ id, error }) {
    if (id === undefined) return this.#tell("trouble", undefined, error);
    this.calls.get(id)?.suffer(error);
    this.#tell("call", id);
  }

  /** @param {import("./wire.js").Levels} levels */
  #levels({ at, calls }) {
    this.#seen(at);
    const end = Math.floor(at / SLOT_MS);
    for (const [id, { caller, agent }] of Object.entries(calls)) {
      const call = this.calls.get(id);
      call?.caller.push(caller, end);
      call?.agent.push(agent, end);
    }
    this.#tell("levels");
  }

  /** Events have begun, and not where they had ended before. */
  #beginAnew() {
    void this.#resync(++this.#beginnings);
    if (this.#beginnings > 1) this.#tell("anew");
  }

  /**
   * What was under way while we were away is over, if the phone does not name it any more. The calls that it
   * names come as events.
   *
   * @param {number} beginning which of the beginnings it is that this is asked after
   */
  async #resync(beginning) {
    if (beginning !== this.#beginnings) return;
    // Those that come while this is asked are not in the answer, perhaps.
    const known = [...this.calls.values()].filter(({ end }) => end === undefined);
    if (known.length === 0) return;
    const isOpen = this.connection.state === "open";
    const answer = isOpen ? await this.#api.json("calls").catch(() => undefined) : undefined;
    if (beginning !== this.#beginnings) return;
    if (!Array.isArray(answer?.calls)) {
      return void setTimeout(() => this.#resync(beginning), RESYNC_MS);
    }
    const there = new Set(answer.calls.map((/** @type {{ id: string }} */ { id }) => id));
    for (const { view: { id } } of known) {
      if (!there.has(id)) this.#ended({ id, end: { cause: "unseen" } });
    }
  }

  /** @param {number} at a time that the phone has just told, which is too early rather than too late */
  #seen(at) {
    const skewMs = at - Date.now();
    // The least delayed of what comes is the nearest to the truth; slowly, as clocks drift.
    this.#skewMs = this.#isSkewKnown ? Math.max(skewMs, this.#skewMs - 0.2) : skewMs;
    this.#isSkewKnown = true;
  }

  /** @param {Connection} connection */
  #connected(connection) {
    this.connection = connection;
    this.#tell("connection");
  }

  /** @param {Topic} topic @param {string} [id] @param {unknown} [detail] */
  #tell(topic, id, detail) {
    for (const listener of this.#listeners.get(topic) ?? []) listener(id, detail);
  }
}
