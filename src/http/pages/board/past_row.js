// @ts-check
/** One past call in the list. */

import { h, icon, setText } from "../shared/dom.js";
import { duration, timeAndDay } from "../shared/format.js";
import { endWords, peerOf, wayOf } from "./words.js";

/** @typedef {import("./wire.js").PastCall} PastCall */

/** A row: who, when, how it ended, how long. */
export class PastRow {
  #name = h("span");
  #where = h("span");
  #end = h("p", { class: "speaks" });
  #when = h("span", { class: "when" });
  #lasts = h("span", { class: "lasts" });
  #recorded = h(
    "span",
    { class: "rec", title: "There is a recording" },
    icon("play"),
    h("span", { class: "heard" }, "with a recording"),
  );
  element = h(
    "div",
    { class: "row past" },
    h(
      "div",
      { class: "who" },
      h("p", { class: "name" }, this.#name, this.#recorded),
      h("p", { class: "where" }, this.#where),
      this.#end,
    ),
    h("div", { class: "end" }, this.#lasts, this.#when),
  );
  /** @type {(key: string) => PastCall | undefined} */
  #find;

  /** @param {(key: string) => PastCall | undefined} find */
  constructor(find) {
    this.#find = find;
  }

  /** @param {string} key Shows this call. */
  show(key) {
    const call = this.#find(key);
    if (call === undefined) return;
    const { record, hasRecording } = call;
    setText(this.#name, peerOf(record));
    setText(this.#where, wayOf(record));
    setText(this.#end, endWords(record.end));
    setText(this.#when, timeAndDay(Date.parse(record.startedAt)));
    setText(this.#lasts, record.answeredAt === undefined ? "–" : duration(record.durationMs));
    this.#recorded.hidden = !hasRecording;
  }
}
