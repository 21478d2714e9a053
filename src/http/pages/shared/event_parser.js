// @ts-check
/** The format of server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html). */

/** @typedef {{ type: string, data: string, id: string }} ServerEvent */

/** Makes events of text, however that is cut into pieces. */
export class EventParser {
  #rest = "";
  #type = "";
  /** @type {string[]} */
  #data = [];
  #id = "";
  #wasReturn = false;

  /** @param {string} text @returns {ServerEvent[]} those that it completes */
  push(text) {
    // A return at the end of one piece and a newline at the start of the next end one line, not two.
    if (this.#wasReturn && text.startsWith("\n")) text = text.slice(1);
    if (text !== "") this.#wasReturn = text.endsWith("\r");
    const lines = (this.#rest + text).split(/\r\n|\n|\r/);
    this.#rest = lines.pop() ?? "";
    return lines.flatMap((line) => this.#line(line));
  }

  /** @param {string} line @returns {ServerEvent[]} */
  #line(line) {
    if (line === "") return this.#finish();
    const [, name, value] = /^([^:]*):? ?(.*)$/s.exec(line) ?? ["", "", ""];
    if (name === "event") this.#type = value;
    else if (name === "data") this.#data.push(value);
    else if (name === "id" && !value.includes("\0")) this.#id = value;
    return [];
  }

  /** @returns {ServerEvent[]} */
  #finish() {
    const event = { type: this.#type || "message", data: this.#data.join("\n"), id: this.#id };
    const isEmpty = this.#data.length === 0;
    this.#type = "";
    this.#data = [];
    return isEmpty ? [] : [event];
  }
}
