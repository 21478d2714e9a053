// @ts-check
/** What was said, as a conversation: the caller on one side, the agent on the other. */

import { h, setAttribute, setText } from "../shared/dom.js";
import { duration, spokenDuration } from "../shared/format.js";

/** @typedef {import("./wire.js").TranscriptEntry} TranscriptEntry */

/**
 * @typedef {object} Line what is shown of one entry
 * @property {HTMLLIElement} element
 * @property {HTMLElement} at
 * @property {HTMLElement} text
 * @property {Text} gap between what was heard and what was not
 * @property {HTMLElement} cut
 * @property {HTMLElement} note
 * @property {TranscriptEntry} [entry]
 */

/** So near to its end, in CSS pixels, a conversation follows what is said. */
const NEAR_PX = 48;

/** A transcript that changes while it is read: lines that stay are not touched. */
export class Conversation {
  #list = h("ol", { class: "talk", role: "list" });
  /** @type {Line[]} */
  #lines = [];
  #box;
  /** @type {((at: number) => void) | undefined} */
  #onSeek;

  /**
   * @param {HTMLElement} box what scrolls
   * @param {{ onSeek?: (at: number) => void }} [options] called with the time of a line that is chosen
   */
  constructor(box, { onSeek } = {}) {
    this.#box = box;
    this.#onSeek = onSeek;
    box.replaceChildren(this.#list);
  }

  /**
   * @param {readonly TranscriptEntry[]} entries
   * @param {number} beganAt the time that lines are counted from, in ms since 1970
   */
  show(entries, beganAt) {
    const box = this.#box;
    const follows = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_PX;
    while (this.#lines.length > entries.length) this.#lines.pop()?.element.remove();
    for (const [i, entry] of entries.entries()) {
      const line = this.#lines[i] ?? this.#add();
      if (line.entry !== entry) this.#fill(line, entry, beganAt);
    }
    if (follows) this.follow();
  }

  /** Goes to what was said last. */
  follow() {
    this.#box.scrollTop = this.#box.scrollHeight;
  }

  /** @param {number} at Marks what is said at this time, in ms since 1970. */
  mark(at) {
    const now = this.#lines.findLast(({ entry }) => entry !== undefined && entry.at <= at);
    for (const line of this.#lines) {
      setAttribute(line.element, "aria-current", line === now ? "true" : undefined);
    }
  }

  #add() {
    const [at, text, cut] = [
      h(this.#onSeek ? "button" : "span", { class: "at" }),
      h("span"),
      h("s", { class: "cut" }),
    ];
    const note = h("p", { class: "note" });
    const gap = document.createTextNode("");
    const words = h("p", { class: "words" }, text, gap, cut);
    const element = h("li", {}, at, words, note);
    /** @type {Line} */
    const line = { element, at, text, gap, cut, note };
    at.addEventListener("click", () => line.entry && this.#onSeek?.(line.entry.at));
    this.#list.append(element);
    this.#lines.push(line);
    return line;
  }

  /** @param {Line} line @param {TranscriptEntry} entry @param {number} beganAt */
  #fill(line, entry, beganAt) {
    const { at, who, text, cut, isPartial } = entry;
    line.entry = entry;
    const side = who === "caller" ? "caller" : "agent";
    setAttribute(line.element, "class", `${side}${isPartial ? " partial" : ""}`);
    const name = who === "caller" ? "Caller" : "Agent";
    const spoken = `${name} at ${spokenDuration(at - beganAt)}`;
    line.at.replaceChildren(
      h("span", { "aria-hidden": "true" }, h("b", {}, name), ` ${duration(at - beganAt)}`),
      h("span", { class: "heard" }, this.#onSeek ? `Play from here: ${spoken}` : spoken),
    );
    setText(line.text, isPartial ? `${text} …` : text);
    line.gap.textContent = cut && text !== "" ? " " : "";
    line.cut.replaceChildren(
      ...(cut ? [h("span", { class: "heard" }, "Not heard by the caller: "), cut] : []),
    );
    line.cut.hidden = !cut;
    setText(line.note, cut ? "Cut off by the caller" : "");
    line.note.hidden = !cut;
  }
}
