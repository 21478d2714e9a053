// @ts-check
/** The twelve keys of a telephone, for fingers and for keyboards. */
import { h } from "../shared/dom.js";

/** @type {readonly (readonly [key: string, letters: string, name?: string])[]} */
const KEYS = [
  ["1", ""],
  ["2", "ABC"],
  ["3", "DEF"],
  ["4", "GHI"],
  ["5", "JKL"],
  ["6", "MNO"],
  ["7", "PQRS"],
  ["8", "TUV"],
  ["9", "WXYZ"],
  ["*", "", "Star"],
  ["0", "+"],
  ["#", "", "Hash"],
];
/** How long a key of a keyboard is shown as pressed, in ms. */
const SHOWN_MS = 150;

/** Fills an element with keys, and tells which is pressed, by whatever hand. */
export class Keypad {
  /** @type {Map<string, HTMLButtonElement>} */
  #buttons = new Map();
  #onKey;

  /** @param {HTMLElement} element @param {(key: string) => void} onKey */
  constructor(element, onKey) {
    this.#onKey = onKey;
    for (const [key, letters, name] of KEYS) {
      const button = h(
        "button",
        { class: "key", type: "button", "aria-label": name, onclick: () => onKey(key) },
        key,
        h("small", { "aria-hidden": "true" }, letters),
      );
      this.#buttons.set(key, button);
      element.append(button);
    }
  }

  /** @param {KeyboardEvent} event @returns {boolean} whether it was one of the keys */
  take({ key }) {
    const button = this.#buttons.get(key);
    if (button === undefined) return false;
    button.classList.add("down");
    setTimeout(() => button.classList.remove("down"), SHOWN_MS);
    this.#onKey(key);
    return true;
  }
}
