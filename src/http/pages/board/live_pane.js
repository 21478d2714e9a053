// @ts-check
/** The list of live calls. */

import { byId, h, icon, setAttribute, setText } from "../shared/dom.js";
import { counted } from "../shared/format.js";
import { CallRow } from "./call_row.js";
import { Filters } from "./filters.js";
import { VirtualList } from "./virtual_list.js";

/** @typedef {import("./board.js").Board} Board */
/** @typedef {import("./live_call.js").LiveCall} LiveCall */

/** How the list is ordered. @type {Readonly<Record<string, (one: LiveCall, other: LiveCall) => number>>} */
const ORDERS = {
  newest: (one, other) => other.view.startedAt - one.view.startedAt,
  longest: (one, other) => one.view.startedAt - other.view.startedAt,
  worst: (one, other) => (one.view.quality?.mos ?? 5) - (other.view.quality?.mos ?? 5),
};

/** The pane of live calls: search, order, rows. */
export class LivePane {
  /** @type {Board} */
  #board;
  #box = byId("live-list", HTMLElement);
  #count = byId("live-count", HTMLElement);
  #empty = h("div", { class: "empty" });
  #filters;
  /** @type {VirtualList} */
  list;

  /**
   * @param {Board} board
   * @param {import("./frames.js").Frames} frames
   * @param {(id: string) => void} onChoose
   */
  constructor(board, frames, onChoose) {
    this.#board = board;
    const update = () => this.update();
    this.#filters = new Filters(byId("live-filters", HTMLElement), { label: "Search calls" }, [
      {
        label: "Order",
        options: [["newest", "Newest"], ["longest", "Longest"], ["worst", "Worst line"]],
      },
    ], update);
    this.list = new VirtualList({
      box: this.#box,
      label: "Live calls",
      rowRem: 4.75,
      makeRow: () => new CallRow(board),
      onChoose,
      frames,
      // Those of calls that are over are drawn by nothing else.
      onRows: () => this.draw(),
    });
    this.#box.before(this.#empty);
    board.on("calls", () => frames.request(update));
    board.on("call", (id) => {
      if (id !== undefined) this.list.refresh(id);
    });
    board.on("status", update);
  }

  /** Shows the calls there are. */
  update() {
    const calls = [...this.#board.calls.values()];
    const order = ORDERS[this.#filters.choice(0)];
    const shown = calls
      .filter(({ view }) =>
        this.#filters.matches([view.from.user, view.from.name, view.to.user, view.id])
      )
      .sort((one, other) =>
        Number(one.end !== undefined) - Number(other.end !== undefined) || order(one, other)
      );
    this.list.set(shown.map(({ view }) => view.id));
    const isLive = (/** @type {LiveCall} */ { end }) => end === undefined;
    const live = calls.filter(isLive).length;
    const found = shown.filter(isLive).length;
    // As calls come and go all the time, only what a search finds is read aloud.
    setAttribute(this.#count, "aria-live", this.#filters.isSearched ? "polite" : "off");
    setText(
      this.#count,
      this.#filters.isSearched
        ? `${found} of ${counted(live, "call")}`
        : live === 0
        ? ""
        : counted(live, "call"),
    );
    this.#box.hidden = shown.length === 0;
    this.#empty.hidden = shown.length > 0;
    if (shown.length === 0) this.#explain(calls.length > 0);
  }

  /** Shows how long each call has lasted. */
  tick() {
    for (const [, row] of this.list.rows) /** @type {CallRow} */ (row).tick();
  }

  /** Draws the voices of the calls in sight. */
  draw() {
    if (this.#box.clientHeight === 0) return;
    for (const [, row] of this.list.rows) /** @type {CallRow} */ (row).draw();
  }

  /** Gives the search field the keyboard. */
  search() {
    this.#filters.focus();
  }

  /** @param {boolean} hasOthers Says why the list is empty, and what to do. */
  #explain(hasOthers) {
    const { address } = this.#board.status;
    const key = `${hasOthers} ${address?.address} ${address?.port}`;
    if (this.#empty.dataset.key === key) return;
    this.#empty.dataset.key = key;
    if (hasOthers) {
      return this.#empty.replaceChildren(
        icon("search"),
        h("h2", {}, "No call is like that"),
        h("p", {}, "Change the words that are searched for."),
      );
    }
    const dial = address === undefined
      ? []
      : [h("p", {}, "Or dial ", h("code", {}, sipAddress(address)), " with any SIP phone.")];
    this.#empty.replaceChildren(
      icon("phone"),
      h("h2", {}, "No calls yet"),
      h("p", {}, "Talk to the bot from here, with this machine's microphone:"),
      h("a", { class: "button primary", href: "phone" }, icon("mic"), "Open the phone"),
      ...dial,
    );
  }
}

/** @param {{ address: string, port: number }} where @returns {string} what a SIP phone dials */
export function sipAddress({ address, port }) {
  return `sip:bot@${address.includes(":") ? `[${address}]` : address}:${port}`;
}
