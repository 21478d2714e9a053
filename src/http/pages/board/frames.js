// @ts-check
/** When the page is drawn: once a frame, however often something changes. */

/** Collects what is to be drawn, and keeps what moves moving. */
export class Frames {
  /** @type {Set<() => void>} */
  #dirty = new Set();
  /** @type {Set<(now: number) => void>} */
  #moving = new Set();
  #isAsked = false;
  #still = matchMedia("(prefers-reduced-motion: reduce)");

  /** Whether nothing should move by itself. */
  get isStill() {
    return this.#still.matches;
  }

  /** @param {() => void} draw Called once in the next frame. */
  request(draw) {
    this.#dirty.add(draw);
    this.#ask();
  }

  /**
   * Called each frame, until what is returned is called.
   *
   * @param {(now: number) => void} draw
   */
  move(draw) {
    this.#moving.add(draw);
    this.#ask();
    return () => void this.#moving.delete(draw);
  }

  #ask() {
    if (this.#isAsked) return;
    this.#isAsked = true;
    requestAnimationFrame(() => this.#run());
  }

  #run() {
    this.#isAsked = false;
    const dirty = [...this.#dirty];
    this.#dirty.clear();
    for (const draw of dirty) draw();
    for (const draw of this.#moving) draw(Date.now());
    if (this.#moving.size > 0) this.#ask();
  }
}
