// @ts-check
/** Keys that do something from anywhere on the page, and the dialog that names them. */

import { h } from "../shared/dom.js";
import { explain } from "./dialogs.js";

const KEY = "sofia-phone.keys";

/** @typedef {{ key: string, words: string, act: () => void }} Shortcut */

/** Keys of one letter, which can be turned off (WCAG 2.2, 2.1.4), as who dictates says letters. */
export class Shortcuts {
  /** @type {readonly Shortcut[]} */
  #shortcuts;
  #areOn = isKept();

  /** @param {readonly Shortcut[]} shortcuts */
  constructor(shortcuts) {
    this.#shortcuts = shortcuts;
    addEventListener("keydown", (event) => this.#press(event));
  }

  /** Opens the dialog that names them. */
  help() {
    const list = h("dl", { class: "shortcuts" });
    const all = [["↑ ↓", "Move in the list"], ["Enter", "Choose a call"], [
      "Esc",
      "Back to the list",
    ]];
    const keys = this.#shortcuts.map(({ key, words }) => [key, words]);
    for (const [key, words] of [...all, ...keys]) {
      list.append(h("dt", {}, h("kbd", {}, key)), h("dd", {}, words));
    }
    const on = h("input", { type: "checkbox" });
    on.checked = this.#areOn;
    on.addEventListener("change", () => {
      this.#areOn = on.checked;
      keep(on.checked);
    });
    explain("Keys", list, h("label", { class: "check" }, on, "Keys of one letter do something"));
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (document.querySelector("dialog[open]") !== null || isTyping(event.target)) return;
    const shortcut = this.#shortcuts.find(({ key }) =>
      key.toLowerCase() === event.key.toLowerCase()
    );
    if (shortcut === undefined || !(this.#areOn || event.key === "?")) return;
    event.preventDefault();
    shortcut.act();
  }
}

/** @param {EventTarget | null} target */
function isTyping(target) {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement && target.type === "range") return false;
  return target.matches("input, textarea, select") || target.isContentEditable;
}

function isKept() {
  try {
    return localStorage.getItem(KEY) !== "off";
  } catch {
    return true;
  }
}

/** @param {boolean} areOn */
function keep(areOn) {
  try {
    localStorage.setItem(KEY, areOn ? "on" : "off");
  } catch {
    // It lasts as long as the page, then.
  }
}
