// @ts-check
/** Whether the page hears of what happens, and when it tries again if it does not. */

import { byId, h, icon, setText } from "../shared/dom.js";

/** @typedef {import("./board.js").Board} Board */

/** The mark in the bar, and the banner below it. */
export class LostBanner {
  #mark = byId("connection", HTMLElement);
  #banner = byId("lost", HTMLElement);
  /** Only this is read aloud: the seconds that count down are not. */
  #words = h("span");
  #count = h("span", { "aria-hidden": "true" });
  /** @type {Board} */
  #board;
  #wasLost = false;

  /** @param {Board} board */
  constructor(board) {
    this.#board = board;
    const retry = h("button", { class: "button", onclick: () => board.retry() }, "Try now");
    this.#banner.append(icon("alert"), this.#words, this.#count, retry);
    board.on("connection", () => this.show());
    this.show();
  }

  /** Shows how it is. */
  show() {
    const { state, reason } = this.#board.connection;
    this.#wasLost ||= state === "lost";
    const isBack = state === "open";
    this.#mark.className = `chip ${isBack ? "good" : state === "lost" ? "bad" : ""}`;
    const words = isBack ? "live" : state === "lost" ? "no connection" : "connecting";
    if (this.#mark.textContent !== words) {
      this.#mark.replaceChildren(h("span", { class: "dot" }), words);
    }
    // A try that fails at once would make the banner blink.
    if (state === "connecting") return;
    this.#banner.hidden = isBack;
    setText(
      this.#words,
      isBack
        ? ""
        : `The connection to the phone is lost: what you see is not up to date. ${reason ?? ""}`,
    );
    this.tick();
  }

  /** Counts down. */
  tick() {
    const { state, retryAt } = this.#board.connection;
    if (state !== "lost" || retryAt === undefined) return;
    const s = Math.max(0, Math.ceil((retryAt - Date.now()) / 1000));
    setText(this.#count, s > 0 ? `Next try in ${s} s` : "Trying …");
  }
}
