// @ts-check
/** What narrows a list: words to search for, and choices. */

import { h, icon } from "../shared/dom.js";

/** @typedef {{ label: string, options: readonly (readonly [value: string, words: string])[] }} Choice */

/** A search field with choices beside it. */
export class Filters {
  #search;
  #choices;

  /**
   * @param {HTMLElement} box
   * @param {{ label: string, hint?: string }} search how the search field is called, and what stands in it
   * @param {readonly Choice[]} choices
   * @param {() => void} onChange
   */
  constructor(box, { label, hint = label }, choices, onChange) {
    this.#search = h("input", {
      class: "input",
      type: "search",
      placeholder: hint,
      "aria-label": label,
      autocomplete: "off",
      spellcheck: "false",
      maxlength: "100",
      oninput: onChange,
    });
    this.#choices = choices.map(({ label, options }) =>
      h(
        "select",
        { class: "input", "aria-label": label, onchange: onChange },
        ...options.map(([value, words]) => h("option", { value }, words)),
      )
    );
    box.append(h("div", { class: "search" }, icon("search"), this.#search), ...this.#choices);
  }

  /** @param {number} at @returns {string} the value of a choice */
  choice(at) {
    return this.#choices[at].value;
  }

  /** The words that are searched for, as they were typed. */
  get words() {
    return this.#search.value.trim();
  }

  /** Whether words are searched for. */
  get isSearched() {
    return this.words !== "";
  }

  /** @param {readonly (string | undefined)[]} texts @returns {boolean} whether all words searched for are in them */
  matches(texts) {
    const words = this.words.toLowerCase().split(/\s+/).filter((word) => word !== "");
    if (words.length === 0) return true;
    const all = texts.join("\n").toLowerCase();
    return words.every((word) => all.includes(word));
  }

  /** Gives the search field the keyboard. */
  focus() {
    this.#search.focus();
    this.#search.select();
  }
}
