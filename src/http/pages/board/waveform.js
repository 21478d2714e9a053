// @ts-check
/** Both sides of a call as one picture: the caller above the line, the agent below it. */

import { SLOT_MS } from "./level_ring.js";
import { palette } from "./palette.js";

/** @typedef {import("./live_call.js").LiveCall} LiveCall */

/** How far the picture is behind, in ms: levels come in batches of 200 ms, and it moves evenly. */
const BEHIND_MS = 350;
/** The width of a bar with its gap, and without, in CSS pixels. */
const STEP = 3;
const BAR = 2;

/**
 * Makes a canvas as sharp as the screen.
 *
 * @param {HTMLCanvasElement} canvas
 * @returns {{ context: CanvasRenderingContext2D, width: number, height: number } | undefined}
 *   with sizes in CSS pixels; undefined while it is not seen
 */
export function prepare(canvas) {
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  const context = canvas.getContext("2d");
  if (width === 0 || height === 0 || context === null) return undefined;
  const scale = devicePixelRatio;
  const [w, h] = [Math.round(width * scale), Math.round(height * scale)];
  if (canvas.width !== w || canvas.height !== h) [canvas.width, canvas.height] = [w, h];
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, width, height);
  return { context, width, height };
}

/**
 * Draws the last seconds of a call.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {LiveCall} call
 * @param {number} now the phone's time, in ms since 1970
 * @param {{ slotsPerBar?: number }} [options] how many levels are one bar. Default 1
 */
export function drawLive(canvas, call, now, { slotsPerBar = 1 } = {}) {
  const ready = prepare(canvas);
  if (ready === undefined) return;
  const { context, width, height } = ready;
  const barMs = SLOT_MS * slotsPerBar;
  const shown = (call.end?.at ?? now) - BEHIND_MS;
  const last = Math.floor(shown / barMs);
  const shift = (shown / barMs - last) * STEP;
  const bars = Math.ceil(width / STEP) + 1;
  const draw = { context, bars, slotsPerBar, last, right: width - shift, middle: height / 2 };
  const { caller, agent, line } = palette();
  context.fillStyle = line;
  context.fillRect(0, height / 2 - 0.5, width, 1);
  drawSide({ ...draw, colour: caller, sign: -1 }, call.caller);
  drawSide({ ...draw, colour: agent, sign: 1 }, call.agent);
}

/**
 * @typedef {object} Side
 * @property {CanvasRenderingContext2D} context
 * @property {number} bars
 * @property {number} slotsPerBar
 * @property {number} last the newest bar
 * @property {number} right where the newest bar ends
 * @property {number} middle
 * @property {string} colour
 * @property {1 | -1} sign
 */

/**
 * @param {Side} side
 * @param {import("./level_ring.js").LevelRing} ring
 */
function drawSide({ context, bars, slotsPerBar, last, right, middle, colour, sign }, ring) {
  context.fillStyle = colour;
  context.beginPath();
  for (let i = 0; i < bars; i++) {
    let level = 0;
    for (let s = 0; s < slotsPerBar; s++) {
      level = Math.max(level, ring.at((last - i) * slotsPerBar + s));
    }
    if (level > 0.004) {
      addBar(context, right - (i + 1) * STEP, barHeight(level, middle), middle, sign);
    }
  }
  context.fill();
}

/** @param {number} level 0..1 @param {number} most @returns {number} loudness, which is no straight line */
export function barHeight(level, most) {
  return Math.max(1, level ** 0.4 * (most - 3));
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} x
 * @param {number} height
 * @param {number} middle
 * @param {1 | -1} sign
 */
export function addBar(context, x, height, middle, sign) {
  context.rect(x, sign < 0 ? middle - 1 - height : middle + 1, BAR, height);
}
