// @ts-check
/** What was said, as it is said. */
import { h } from "../shared/dom.js";

/**
 * @typedef {object} Entry
 * @property {number} at when it began, in ms since 1970
 * @property {"caller" | "agent"} who
 * @property {string} text what was heard
 * @property {string} [cut] what was not heard any more
 * @property {boolean} [isPartial] more may come
 */

const NAMES = { caller: "You", agent: "Agent" };
/** Older ones than this many are taken away, or a long day's page grows without end. */
const MOST = 500;
/** How near the end a reader is to be taken along when more comes, in CSS pixels. */
const NEAR = 80;

/** The list of captions: the newest at its end, and in view unless the reader has gone back. */
export class Captions {
  #list;
  /** @type {Map<string, HTMLElement>} */
  #items = new Map();

  /** @param {HTMLElement} list */
  constructor(list) {
    this.#list = list;
  }

  /** Takes all away. */
  clear() {
    this.#items.clear();
    this.#list.replaceChildren();
  }

  /** @param {Entry} entry stands in the place of an earlier one of the same side and time */
  show(entry) {
    const { scrollHeight, scrollTop, clientHeight } = this.#list;
    const isAtEnd = scrollHeight - scrollTop - clientHeight < NEAR;
    const key = `${entry.who} ${entry.at}`;
    const item = itemOf(entry);
    const before = this.#items.get(key);
    if (before === undefined) this.#append(item, entry.at);
    else before.replaceWith(item);
    this.#items.set(key, item);
    if (this.#items.size > MOST) {
      const [[oldest, gone]] = this.#items;
      gone.remove();
      this.#items.delete(oldest);
    }
    if (isAtEnd) this.#list.scrollTop = this.#list.scrollHeight;
  }

  /** @param {HTMLElement} item @param {number} at Puts it where its time is: some come late. */
  #append(item, at) {
    item.dataset.at = String(at);
    let after = this.#list.lastElementChild;
    while (after instanceof HTMLElement && Number(after.dataset.at) > at) {
      after = after.previousElementSibling;
    }
    if (after === null) this.#list.prepend(item);
    else after.after(item);
  }
}

/** @param {Entry} entry */
function itemOf({ at, who, text, cut, isPartial }) {
  const words = h("p", { class: "words" }, text);
  if (cut) {
    words.append(
      text === "" ? "" : " ",
      h("del", { title: "Not heard any more" }, h("span", { class: "heard" }, "not heard: "), cut),
    );
  }
  // A line that still changes is read out once it no longer does.
  const item = h(
    "div",
    { class: `caption ${who}${isPartial ? " partial" : ""}`, "aria-busy": isPartial && "true" },
    h("span", { class: "who" }, NAMES[who]),
    words,
  );
  item.dataset.at = String(at);
  return item;
}
