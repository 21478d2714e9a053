// @ts-check
/** The list of past calls. */

import { byId, h, icon, setText } from "../shared/dom.js";
import { counted } from "../shared/format.js";
import { Filters } from "./filters.js";
import { complain } from "./notices.js";
import { PastCalls } from "./past_calls.js";
import { PastRow } from "./past_row.js";
import { VirtualList } from "./virtual_list.js";

/** Who types goes on typing within this time, in ms. */
const TYPING_MS = 200;
/** How often, at most, the phone is asked whether a call that has ended is one that is searched for, in ms. */
const NEWS_MS = 2000;

/** The pane of past calls: search, choices, rows, and more of them. */
export class HistoryPane {
  #calls;
  #box = byId("history-list", HTMLElement);
  #count = byId("history-count", HTMLElement);
  #empty = h("div", { class: "empty" });
  #more = h("button", { class: "button more", hidden: true, onclick: () => this.#askEarlier() });
  #filters;
  #isSeen = false;
  /** Whether calls may have ended that are not shown. */
  #isStale = true;
  /** Whether what is shown may be of another search, or of another process. */
  #isOther = true;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** Why there is nothing to show. @type {string | undefined} */
  #failure;
  /** @type {VirtualList} */
  list;

  /**
   * @param {import("../shared/phone_api.js").PhoneApi} api
   * @param {import("./frames.js").Frames} frames
   * @param {(id: string) => void} onChoose
   */
  constructor(api, frames, onChoose) {
    this.#calls = new PastCalls(api);
    this.#filters = new Filters(
      byId("history-filters", HTMLElement),
      { label: "Search past calls, and what was said in them", hint: "Search names and words" },
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
      () => {
        this.#isOther = true;
        this.#askIn(TYPING_MS);
      },
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

  /** It is seen from now on. */
  open() {
    this.#isSeen = true;
    if (this.#isOther || this.#isStale) void this.#ask();
  }

  /** It is not seen any more. */
  close() {
    this.#isSeen = false;
  }

  /** The phone may be another process now, which knows of other calls. */
  reset() {
    this.#isOther = true;
    if (this.#isSeen) void this.#ask();
  }

  /** @param {import("./wire.js").PastCall} call Takes a call that has just become a past one. */
  add(call) {
    // Only the phone knows whether it is one that is searched for.
    if (this.#isOther || this.#isUsed || !this.#calls.add(call)) {
      this.#isStale = true;
      if (this.#isSeen && this.#timer === undefined) this.#askIn(NEWS_MS);
    } else this.#show();
  }

  /** Gives the search field the keyboard. */
  search() {
    this.#filters.focus();
  }

  get #isUsed() {
    return this.#filters.isSearched || this.#filters.choice(0) !== "";
  }

  /** @param {number} ms Asks when this time is over, in the place of what would have been asked earlier. */
  #askIn(ms) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#ask(), ms);
  }

  #askEarlier() {
    if (!this.#calls.isAsking) void this.#ask("earlier");
  }

  /** @param {"latest" | "earlier"} [which] Asks for more calls, or for others. */
  async #ask(which = "latest") {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const wanted = { q: this.#filters.words, only: this.#filters.choice(0) };
    const what = this.#isOther ? "anew" : which;
    this.#isOther = this.#isStale = false;
    const asked = this.#calls.ask(what, wanted, () => this.#show());
    this.#show();
    try {
      if (!await asked) return;
      this.#failure = undefined;
    } catch (error) {
      this.#isStale = true;
      this.#isOther ||= what === "anew";
      this.#failure = error instanceof Error ? error.message : String(error);
      if (this.#calls.size > 0) complain(error, "The history cannot be read.");
    }
    this.#show();
  }

  #show() {
    const { latest, size, isAsking, isOld, hasMore } = this.#calls;
    this.list.set(latest.map(({ id }) => id));
    for (const { id } of latest) this.list.refresh(id);
    const so = hasMore ? " so far" : "";
    setText(
      this.#count,
      isAsking && (isOld || size === 0)
        ? this.#isUsed ? "Searching …" : "Loading …"
        : this.#isUsed
        ? `${counted(size, "call")} found${so}`
        : size === 0
        ? ""
        : `${counted(size, "call")}${so}`,
    );
    this.#box.hidden = size === 0;
    this.#empty.hidden = size > 0 || isAsking;
    this.#more.hidden = !hasMore;
    setText(
      this.#more,
      isAsking ? "Searching …" : this.#isUsed ? "Search earlier calls" : "Load earlier calls",
    );
    if (!this.#empty.hidden) this.#explain();
  }

  /** Says why there is no call, and what can be done. */
  #explain() {
    if (this.#failure !== undefined) {
      const again = h("button", { class: "button", onclick: () => this.#ask() }, "Try again");
      this.#empty.replaceChildren(
        icon("alert"),
        h("h2", {}, "The history cannot be read"),
        h("p", { role: "alert" }, this.#failure),
        again,
      );
    } else if (this.#isUsed) {
      this.#empty.replaceChildren(
        icon("search"),
        h("h2", {}, "No call is like that"),
        h("p", {}, "Change what is searched for."),
      );
    } else {
      this.#empty.replaceChildren(
        icon("history"),
        h("h2", {}, "No call is over yet"),
        h(
          "p",
          {},
          "Calls come here when they end, with what was said and, where they are recorded, their sound.",
        ),
      );
    }
  }
}
