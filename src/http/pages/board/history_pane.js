// @ts-check
/** The list of past calls. */

import { byId, h, icon, setText } from "../shared/dom.js";
import { counted } from "../shared/format.js";
import { Filters } from "./filters.js";
import { complain } from "./notices.js";
import { outcomeOf, PastRow } from "./past_row.js";
import { VirtualList } from "./virtual_list.js";

/** @typedef {import("./wire.js").PastCall} PastCall */

/** Calls that are asked for at a time. */
const PAGE = 100;

/** The pane of past calls: search, choices, rows, and more of them. */
export class HistoryPane {
  /** @type {import("../shared/phone_api.js").PhoneApi} */
  #api;
  /** @type {Map<string, PastCall>} */
  #calls = new Map();
  /** @type {number | undefined} */
  #next;
  #isLoaded = false;
  #isAsking = false;
  #box = byId("history-list", HTMLElement);
  #count = byId("history-count", HTMLElement);
  #empty = h("div", { class: "empty" });
  #more = h(
    "button",
    { class: "button more", hidden: true, onclick: () => this.#load(this.#next) },
    "Load earlier calls",
  );
  #filters;
  /** @type {VirtualList} */
  list;

  /**
   * @param {import("../shared/phone_api.js").PhoneApi} api
   * @param {import("./frames.js").Frames} frames
   * @param {(id: string) => void} onChoose
   */
  constructor(api, frames, onChoose) {
    this.#api = api;
    this.#filters = new Filters(
      byId("history-filters", HTMLElement),
      "Search past calls",
      [
        {
          label: "Which",
          options: [
            ["", "All"],
            ["answered", "Answered"],
            ["refused", "Refused"],
            ["unanswered", "Not answered"],
            ["recorded", "Recorded"],
            ["slow", "Slow answers"],
          ],
        },
      ],
      () => this.#update(),
    );
    this.list = new VirtualList({
      box: this.#box,
      label: "Past calls",
      rowRem: 4.75,
      makeRow: () => new PastRow((key) => this.#calls.get(key)),
      onChoose,
      frames,
    });
    this.#box.before(this.#empty);
    this.#box.after(this.#more);
  }

  /** Asks for the latest calls, and keeps the earlier ones that are known. */
  async refresh() {
    if (!this.#isAsking) await this.#load();
  }

  /** @param {PastCall} call Takes a call that has just become a past one. */
  add(call) {
    // Before it was asked for the first time it is asked for whole.
    if (!this.#isLoaded) return;
    this.#calls.set(call.id, call);
    this.#update();
  }

  /** Gives the search field the keyboard. */
  search() {
    this.#filters.focus();
  }

  /** @param {number} [before] */
  async #load(before) {
    this.#isAsking = true;
    try {
      const query = before === undefined ? `limit=${PAGE}` : `limit=${PAGE}&before=${before}`;
      /** @type {{ calls: PastCall[], next?: number }} */
      const { calls, next } = await this.#api.json(`history?${query}`);
      for (const call of calls) this.#calls.set(call.id, call);
      if (before !== undefined || !this.#isLoaded) this.#next = next;
      this.#isLoaded = true;
      this.#update();
    } catch (error) {
      complain(error, "The history cannot be read.");
    }
    this.#isAsking = false;
  }

  #update() {
    const which = this.#filters.choice(0);
    const shown = [...this.#calls.values()]
      .filter((call) => isWanted(call, which))
      .filter(({ id, record: { from, to, end } }) =>
        this.#filters.matches([
          from.user,
          from.name,
          to.user,
          id,
          end.cause,
          end.reason,
          end.transferredTo,
        ])
      )
      .sort((one, other) => Date.parse(other.record.startedAt) - Date.parse(one.record.startedAt));
    this.list.set(shown.map(({ id }) => id));
    for (const { id } of shown) this.list.refresh(id);
    const all = this.#calls.size;
    setText(
      this.#count,
      this.#filters.isUsed
        ? `${shown.length} of ${counted(all, "call")}`
        : all === 0
        ? ""
        : counted(all, "call"),
    );
    this.#box.hidden = shown.length === 0;
    this.#empty.hidden = shown.length > 0 || !this.#isLoaded;
    this.#more.hidden = this.#next === undefined;
    this.#empty.replaceChildren(
      icon(all > 0 ? "search" : "history"),
      h("h2", {}, all > 0 ? "No call is like that" : "No call is over yet"),
      h(
        "p",
        {},
        all > 0
          ? "Change what is searched for."
          : "Calls come here when they end, with what was said and, where they are recorded, their sound.",
      ),
    );
  }
}

/** From here on a call had slow answers, in ms. */
const SLOW_MS = 1000;

/** @param {PastCall} call @param {string} which */
function isWanted(call, which) {
  if (which === "") return true;
  if (which === "recorded") return call.hasRecording;
  if (which === "slow") return (call.record.latency?.p95 ?? 0) >= SLOW_MS;
  return outcomeOf(call) === which;
}
