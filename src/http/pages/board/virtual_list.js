// @ts-check
/** A list of any length of which only what is in sight is made. */

/**
 * @typedef {object} Row one element that is used for one item after another
 * @property {HTMLElement} element
 * @property {(key: string) => void} show
 */

/**
 * @typedef {object} VirtualListOptions
 * @property {HTMLElement} box What scrolls; it becomes the listbox.
 * @property {string} label
 * @property {number} rowRem How high a row is, in rem.
 * @property {() => Row} makeRow
 * @property {(key: string) => void} onChoose Told which item is chosen.
 * @property {import("./frames.js").Frames} frames
 * @property {() => void} [onRows] Told when there are other rows in sight.
 */

/** Rows beyond the edges, so that a quick scroll meets no white. */
const SPARE = 3;

/**
 * A listbox (https://www.w3.org/WAI/ARIA/apg/patterns/listbox/): it has the keyboard itself and names the
 * active option, so that an option that goes out of sight takes no focus with it.
 */
export class VirtualList {
  /** @type {VirtualListOptions} */
  #options;
  #floor = document.createElement("div");
  /** @type {readonly string[]} */
  #keys = [];
  /** @type {Map<string, Row>} */
  #rows = new Map();
  /** @type {Row[]} */
  #spare = [];
  /** @type {string | undefined} */
  #active;
  /** @type {string | undefined} */
  #chosen;
  #made = 0;
  #draw = () => this.#render();

  /** @param {VirtualListOptions} options */
  constructor(options) {
    this.#options = options;
    const { box, label, frames } = options;
    box.tabIndex = 0;
    box.setAttribute("role", "listbox");
    box.setAttribute("aria-label", label);
    this.#floor.setAttribute("role", "presentation");
    this.#floor.className = "floor";
    box.append(this.#floor);
    box.addEventListener("scroll", () => frames.request(this.#draw), { passive: true });
    new ResizeObserver(() => frames.request(this.#draw)).observe(box);
    box.addEventListener("keydown", (event) => this.#press(event));
    box.addEventListener("focus", () => {
      this.#active ??= this.#chosen ?? this.#keys[0];
      frames.request(this.#draw);
    });
    this.#floor.addEventListener("click", (event) => {
      const row = event.target instanceof Element ? event.target.closest("[data-key]") : null;
      if (row instanceof HTMLElement && row.dataset.key !== undefined) {
        this.#choose(row.dataset.key);
      }
    });
  }

  /** The rows that are made. @returns {IterableIterator<[string, Row]>} */
  get rows() {
    return this.#rows.entries();
  }

  /** @param {readonly string[]} keys Shows these items, in this order. */
  set(keys) {
    this.#keys = keys;
    if (this.#active !== undefined && !keys.includes(this.#active)) this.#active = undefined;
    this.#options.frames.request(this.#draw);
  }

  /** @param {string} key Shows an item again, if it is in sight. */
  refresh(key) {
    this.#rows.get(key)?.show(key);
  }

  /** @param {string | undefined} key Marks an item as the chosen one. */
  mark(key) {
    this.#chosen = key;
    this.#options.frames.request(this.#draw);
  }

  /** @param {number} by Makes another item the active one, and chooses it. */
  step(by) {
    this.#move(this.#indexOf(this.#chosen ?? this.#active) + by);
    if (this.#active !== undefined) this.#choose(this.#active);
  }

  /** Gives it the keyboard. */
  focus() {
    this.#options.box.focus({ preventScroll: true });
  }

  /** @param {string | undefined} key */
  #indexOf(key) {
    return key === undefined ? -1 : this.#keys.indexOf(key);
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor(this.#options.box.clientHeight / this.#rowPx()) - 1);
    const at = this.#indexOf(this.#active);
    /** @type {Record<string, number>} */
    const to = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: at + page,
      PageUp: at - page,
      Home: 0,
      End: this.#keys.length - 1,
    };
    if (event.key in to) this.#move(to[event.key]);
    else if ((event.key === "Enter" || event.key === " ") && this.#active !== undefined) {
      this.#choose(this.#active);
    } else return;
    event.preventDefault();
  }

  /** @param {number} to */
  #move(to) {
    if (this.#keys.length === 0) return;
    const at = Math.min(this.#keys.length - 1, Math.max(0, to));
    this.#active = this.#keys[at];
    const { box, frames } = this.#options;
    const [height, top] = [this.#rowPx(), at * this.#rowPx()];
    if (top < box.scrollTop) box.scrollTop = top;
    if (top + height > box.scrollTop + box.clientHeight) {
      box.scrollTop = top + height - box.clientHeight;
    }
    frames.request(this.#draw);
  }

  /** @param {string} key */
  #choose(key) {
    this.#active = key;
    this.#chosen = key;
    this.#options.frames.request(this.#draw);
    this.#options.onChoose(key);
  }

  #rowPx() {
    return parseFloat(getComputedStyle(document.documentElement).fontSize) * this.#options.rowRem;
  }

  #render() {
    const { box } = this.#options;
    // A box that is not shown has no height: it keeps what it has.
    if (box.clientHeight === 0) return;
    const height = this.#rowPx();
    this.#floor.style.height = `${this.#keys.length * height}px`;
    const first = Math.max(0, Math.floor(box.scrollTop / height) - SPARE);
    const last = Math.min(
      this.#keys.length,
      Math.ceil((box.scrollTop + box.clientHeight) / height) + SPARE,
    );
    const seen = new Set(this.#keys.slice(first, last));
    const isOther = [...seen].some((key) => !this.#rows.has(key));
    for (const [key, row] of this.#rows) if (!seen.has(key)) this.#drop(key, row);
    for (let i = first; i < last; i++) this.#put(this.#keys[i], i, height);
    if (isOther) this.#options.onRows?.();
    const active = this.#active === undefined ? undefined : this.#rows.get(this.#active);
    if (active === undefined) box.removeAttribute("aria-activedescendant");
    else box.setAttribute("aria-activedescendant", active.element.id);
  }

  /** @param {string} key @param {number} at @param {number} height */
  #put(key, at, height) {
    const row = this.#rows.get(key) ?? this.#take(key);
    const { element } = row;
    element.style.transform = `translateY(${at * height}px)`;
    element.setAttribute("aria-posinset", String(at + 1));
    element.setAttribute("aria-setsize", String(this.#keys.length));
    element.setAttribute("aria-selected", String(key === this.#chosen));
    element.classList.toggle("active", key === this.#active);
  }

  /** @param {string} key */
  #take(key) {
    const row = this.#spare.pop() ?? this.#make();
    this.#rows.set(key, row);
    row.element.dataset.key = key;
    row.show(key);
    this.#floor.append(row.element);
    return row;
  }

  #make() {
    const row = this.#options.makeRow();
    row.element.id = `${this.#options.box.id}-${this.#made++}`;
    row.element.setAttribute("role", "option");
    return row;
  }

  /** @param {string} key @param {Row} row */
  #drop(key, row) {
    this.#rows.delete(key);
    row.element.remove();
    this.#spare.push(row);
  }
}
