// @ts-check
/** How loud the last half minute of one side of a call was. */

/** What one level stands for, in ms. */
export const SLOT_MS = 50;
/** How many levels are kept. */
export const SLOTS = 600;

/** How many slots a batch may be from where the one before it has ended, and still belong there. */
const SPREAD = 3;

/** Levels by their place in time: a slot is 50 ms, counted since 1970, so all calls share one axis. */
export class LevelRing {
  #levels = new Uint8Array(SLOTS);
  #newest = -SLOTS;

  /** The slot after the newest level. */
  get end() {
    return this.#newest + 1;
  }

  /**
   * Takes levels (0..1), the last of which is that of the slot before `end`. Slots that nothing is known
   * of are silent; but levels that come a little early or late follow on those before them.
   *
   * @param {readonly number[]} levels
   * @param {number} end
   */
  push(levels, end) {
    const next = this.#newest + 1;
    if (Math.abs(end - levels.length - next) <= SPREAD) end = next + levels.length;
    if (end - this.#newest > SLOTS) this.#levels.fill(0);
    else for (let slot = this.#newest + 1; slot < end; slot++) this.#levels[slot % SLOTS] = 0;
    for (let i = 0; i < levels.length; i++) {
      const slot = end - levels.length + i;
      this.#levels[slot % SLOTS] = Math.round(255 * Math.min(1, Math.max(0, levels[i])));
    }
    this.#newest = Math.max(this.#newest, end - 1);
  }

  /** @param {number} slot @returns {number} its level, 0..1; 0 where none is known */
  at(slot) {
    const isKnown = slot <= this.#newest && slot > this.#newest - SLOTS;
    return isKnown ? this.#levels[slot % SLOTS] / 255 : 0;
  }
}
