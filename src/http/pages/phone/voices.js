// @ts-check
/** Both voices as a picture that runs: what the caller says above the line, the agent below. */

/** One bar is the loudest of so many ms. */
const BAR_MS = 50;
/** The width of a bar, and with its gap, in CSS pixels. */
const WIDTH = 3;
const STEP = 5;
/** More bars than any screen shows. */
const KEPT = 1024;

/** @typedef {{ caller: number, agent: number }} Levels */

/** Draws levels on a canvas, the newest at the right. */
export class Voices {
  #canvas;
  #caller = new Float32Array(KEPT);
  #agent = new Float32Array(KEPT);
  #count = 0;
  #lastAt = 0;

  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.#canvas = canvas;
  }

  /** Forgets what was drawn. */
  clear() {
    this.#caller.fill(0);
    this.#agent.fill(0);
    this.#count = 0;
    this.draw(this.#lastAt);
  }

  /** @param {Levels} levels peaks, 0 to 1 @param {number} now ms */
  add({ caller, agent }, now) {
    const index = this.#count % KEPT;
    this.#caller[index] = Math.max(this.#caller[index], caller);
    this.#agent[index] = Math.max(this.#agent[index], agent);
    if (now - this.#lastAt < BAR_MS) return;
    // Evenly, though frames of the screen are not: what was missed is left out.
    this.#lastAt = now - this.#lastAt < 2 * BAR_MS ? this.#lastAt + BAR_MS : now;
    this.#count++;
    this.#caller[this.#count % KEPT] = this.#agent[this.#count % KEPT] = 0;
  }

  /** @param {number} now ms */
  draw(now) {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    const context = this.#canvas.getContext("2d");
    if (width === 0 || context === null) return;
    const scale = devicePixelRatio;
    const size = [Math.round(width * scale), Math.round(height * scale)];
    if (this.#canvas.width !== size[0] || this.#canvas.height !== size[1]) {
      [this.#canvas.width, this.#canvas.height] = size;
    }
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, width, height);
    const style = getComputedStyle(this.#canvas);
    const shift = Math.min(1, (now - this.#lastAt) / BAR_MS) * STEP;
    const bars = { context, width, middle: height / 2, shift };
    // The two properties are of the style sheet, which knows what is light and what is dark.
    this.#side({ ...bars, colour: style.borderTopColor, sign: -1 }, this.#caller);
    this.#side({ ...bars, colour: style.borderBottomColor, sign: 1 }, this.#agent);
  }

  /**
   * @param {{ context: CanvasRenderingContext2D, width: number, middle: number, shift: number, colour: string, sign: 1 | -1 }} side
   * @param {Float32Array} levels
   */
  #side({ context, width, middle, shift, colour, sign }, levels) {
    context.fillStyle = colour;
    for (let back = 0; back * STEP < width + STEP && back < KEPT; back++) {
      const level = levels[((this.#count - back) % KEPT + KEPT) % KEPT];
      // An ear hears by ratios; a quiet voice is to be seen too.
      const bar = Math.max(1.5, Math.sqrt(Math.min(1, level)) * (middle - 3));
      const x = width - WIDTH - back * STEP - shift + STEP;
      context.globalAlpha = Math.max(0.12, 1 - back * STEP / width) * (level > 0.004 ? 1 : 0.45);
      context.beginPath();
      context.roundRect(x, sign < 0 ? middle - 1 - bar : middle + 1, WIDTH, bar, WIDTH / 2);
      context.fill();
    }
    context.globalAlpha = 1;
  }
}
