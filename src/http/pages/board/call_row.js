// @ts-check
/** One live call in the list. */

import { changeIcon, h, icon, setAttribute, setText } from "../shared/dom.js";
import { doorOf, duration, opinion } from "../shared/format.js";
import { drawLive } from "./waveform.js";
import { endWords, peerOf, speakerOf, wayOf } from "./words.js";

/** Levels that are one bar of the small picture. */
const SLOTS_PER_BAR = 2;

/** A row: who calls whom, both voices, who speaks, how long and how well. */
export class CallRow {
  #name = h("span");
  #door = icon("sip");
  #where = h("span");
  #speaks = h("p", { class: "speaks" });
  #canvas = h("canvas", { "aria-hidden": "true" });
  #lasts = h("span", { class: "lasts" });
  #mos = h("span", { class: "mos" });
  #recording = h(
    "span",
    { class: "rec bad", hidden: true, title: "Recording" },
    h("span", { class: "dot" }),
    h("span", { class: "heard" }, "recording"),
  );
  element = h(
    "div",
    { class: "row" },
    h(
      "div",
      { class: "who" },
      h("p", { class: "name" }, this.#door, this.#name, this.#recording),
      h("p", { class: "where" }, this.#where),
      this.#speaks,
    ),
    this.#canvas,
    h("div", { class: "end" }, this.#lasts, this.#mos),
  );
  /** @type {import("./board.js").Board} */
  #board;
  #key = "";

  /** @param {import("./board.js").Board} board */
  constructor(board) {
    this.#board = board;
  }

  /** @param {string} key Shows this call. */
  show(key) {
    this.#key = key;
    const call = this.#board.calls.get(key);
    if (call === undefined) return;
    const { view, end } = call;
    const { who, words } = end === undefined ? speakerOf(view) : { who: "", words: endWords(end) };
    const door = doorOf(view.door);
    changeIcon(this.#door, door.icon);
    setText(this.#name, peerOf(view));
    setText(this.#where, wayOf(view));
    setText(this.#speaks, words);
    setAttribute(this.#speaks, "class", `speaks ${who}`);
    setAttribute(this.element, "class", `row${end === undefined ? "" : " over"}${this.#active()}`);
    this.#recording.hidden = !view.isRecording || end !== undefined;
    const mos = view.quality?.mos;
    const { word, tone } = mos === undefined ? { word: "", tone: "" } : opinion(mos);
    setText(this.#mos, word);
    setAttribute(this.#mos, "class", `mos ${tone}`);
    this.tick();
  }

  /** Shows how long the call has lasted. */
  tick() {
    const call = this.#board.calls.get(this.#key);
    if (call !== undefined) setText(this.#lasts, duration(call.durationMs(this.#board.now())));
  }

  /** Draws both voices. */
  draw() {
    const call = this.#board.calls.get(this.#key);
    if (call !== undefined) {
      drawLive(this.#canvas, call, this.#board.now(), { slotsPerBar: SLOTS_PER_BAR });
    }
  }

  #active() {
    return this.element.classList.contains("active") ? " active" : "";
  }
}
