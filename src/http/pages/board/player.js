// @ts-check
/** Plays the recording of a call in place: both sides as one picture, in which one can go anywhere. */

import { changeIcon, h, icon, setText } from "../shared/dom.js";
import { duration, spokenDuration } from "../shared/format.js";
import { SLOT_MS } from "./level_ring.js";
import { palette } from "./palette.js";
import { WavPeaks } from "./wav_peaks.js";
import { addBar, barHeight, prepare } from "./waveform.js";

/** @typedef {import("../shared/phone_api.js").PhoneApi} PhoneApi */

/** The width of a bar with its gap, in CSS pixels. */
const STEP = 3;
/** How far a key goes, in seconds. */
const KEY_S = 5;

/** A player that reads the file once, draws it while it comes, and then plays it from memory. */
export class Player {
  #picture = icon("play");
  #button = h("button", {
    class: "button primary round",
    disabled: true,
    "aria-label": "Play",
    onclick: () => this.toggle(),
  }, this.#picture);
  #canvas = h("canvas", { "aria-hidden": "true" });
  #range = h("input", {
    type: "range",
    min: "0",
    max: "0",
    step: "0.1",
    value: "0",
    "aria-label": "Place in the recording",
  });
  #time = h("span", {}, "Loading the recording …");
  #speed = h(
    "select",
    { class: "input", "aria-label": "Speed" },
    ...["1", "1.25", "1.5", "2"].map((n) => h("option", { value: n }, `${n} ×`)),
  );
  #audio = new Audio();
  element = h(
    "section",
    { class: "panel player", "aria-label": "Recording" },
    this.#button,
    h("div", { class: "line" }, this.#canvas, this.#range),
    h("div", { class: "foot" }, this.#time, this.#speed),
  );
  #peaks = new WavPeaks();
  #loading = new AbortController();
  /** @type {import("./frames.js").Frames} */
  #frames;
  /** @type {(seconds: number) => void} */
  #onTime;
  #draw = () => this.#show();

  /**
   * @param {PhoneApi} api
   * @param {string} path of the recording
   * @param {{ frames: import("./frames.js").Frames, onTime: (seconds: number) => void }} options told the
   *   place in the recording while it changes
   */
  constructor(api, path, { frames, onTime }) {
    this.#frames = frames;
    this.#onTime = onTime;
    this.#load(api, path).catch((error) => {
      if (!this.#loading.signal.aborted) this.#fail(error instanceof Error ? error.message : error);
    });
    const { signal } = this.#loading;
    this.#audio.addEventListener("error", () => this.#fail("The browser cannot read it."), {
      signal,
    });
    for (const type of ["timeupdate", "play", "pause", "ended", "seeking"]) {
      this.#audio.addEventListener(type, () => this.#changed(), { signal });
    }
    this.#range.addEventListener("input", () => this.seek(Number(this.#range.value)));
    this.#range.addEventListener("keydown", (event) => this.#press(event));
    this.#speed.addEventListener(
      "change",
      () => this.#audio.playbackRate = this.#audio.defaultPlaybackRate = Number(this.#speed.value),
    );
    addEventListener("scheme", () => frames.request(this.#draw), { signal });
    const sizes = new ResizeObserver(() => frames.request(this.#draw));
    sizes.observe(this.#canvas);
    signal.addEventListener("abort", () => sizes.disconnect());
  }

  /** Plays, or pauses. */
  toggle() {
    if (this.#button.disabled) return;
    if (this.#audio.paused) this.#play();
    else this.#audio.pause();
  }

  /** @param {number} seconds Goes to this place. */
  seek(seconds) {
    this.#audio.currentTime = Math.min(this.#audio.duration || 0, Math.max(0, seconds));
    this.#changed();
  }

  /** @param {number} seconds Plays from this place. */
  playFrom(seconds) {
    if (this.#button.disabled) return;
    this.seek(seconds);
    this.#play();
  }

  /** Gives back what it holds. */
  close() {
    this.#loading.abort();
    this.#audio.pause();
    URL.revokeObjectURL(this.#audio.src);
  }

  #play() {
    // What cannot be played is told by `error`; what is paused before it plays needs no words.
    this.#audio.play().catch(() => {});
  }

  /** @param {string} why */
  #fail(why) {
    setText(this.#time, `The recording cannot be played. ${why}`);
    this.#button.disabled = true;
    this.element.classList.add("failed");
  }

  /** @param {PhoneApi} api @param {string} path */
  async #load(api, path) {
    const response = await api.fetch(path, { signal: this.#loading.signal });
    if (response.body === null) throw new TypeError("It is empty.");
    /** @type {BlobPart[]} */
    const parts = [];
    for (const reader = response.body.getReader();;) {
      const { done, value } = await reader.read();
      if (done) break;
      parts.push(value);
      this.#peaks.push(value);
      setText(this.#time, `Loading the recording: ${duration(this.#peaks.durationMs)}`);
      this.#frames.request(this.#draw);
    }
    // From memory, as one can go anywhere in it at once, and no ticket runs out in the middle.
    this.#audio.src = URL.createObjectURL(new Blob(parts, { type: "audio/wav" }));
    this.#audio.preload = "auto";
    this.#range.max = String(this.#peaks.durationMs / 1000);
    this.#button.disabled = false;
    this.#changed();
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    /** @type {Record<string, number>} */
    const by = { ArrowLeft: -KEY_S, ArrowRight: KEY_S, ArrowDown: -KEY_S, ArrowUp: KEY_S };
    if (event.key in by) this.seek(this.#audio.currentTime + by[event.key]);
    else if (event.key === " ") this.toggle();
    else return;
    event.preventDefault();
  }

  #changed() {
    if (this.#audio.error !== null) return;
    const { currentTime, paused } = this.#audio;
    const all = this.#peaks.durationMs;
    changeIcon(this.#picture, paused ? "play" : "pause");
    this.#button.setAttribute("aria-label", paused ? "Play" : "Pause");
    this.#range.value = String(currentTime);
    this.#range.setAttribute(
      "aria-valuetext",
      `${spokenDuration(1000 * currentTime)} of ${spokenDuration(all)}`,
    );
    setText(this.#time, `${duration(1000 * currentTime)} of ${duration(all)}`);
    this.#onTime(currentTime);
    this.#frames.request(this.#draw);
  }

  #show() {
    const ready = prepare(this.#canvas);
    if (ready === undefined) return;
    const { context, width, height } = ready;
    const { caller, agent, line } = palette();
    const middle = height / 2;
    context.fillStyle = line;
    context.fillRect(0, middle - 0.5, width, 1);
    const slots = Math.max(1, this.#peaks.durationMs / SLOT_MS);
    const bars = Math.floor(width / STEP);
    const played = 1000 * this.#audio.currentTime / SLOT_MS / slots * bars;
    const colours = [caller, agent];
    for (const [side, peaks] of this.#peaks.peaks.entries()) {
      for (const isPlayed of [true, false]) {
        context.globalAlpha = isPlayed ? 1 : 0.45;
        context.fillStyle = colours[side];
        context.beginPath();
        const [from, to] = isPlayed ? [0, Math.ceil(played)] : [Math.ceil(played), bars];
        for (let bar = from; bar < to; bar++) {
          const level = loudest(peaks, bar * slots / bars, (bar + 1) * slots / bars);
          if (level > 0.004) {
            addBar(context, bar * STEP, barHeight(level, middle), middle, side === 0 ? -1 : 1);
          }
        }
        context.fill();
      }
    }
    context.globalAlpha = 1;
    context.fillStyle = getComputedStyle(this.#canvas).color;
    context.fillRect(Math.min(width - 1, played * STEP), 0, 1.5, height);
    if (!this.#audio.paused) this.#frames.request(this.#draw);
  }
}

/** @param {readonly number[]} peaks @param {number} from @param {number} to */
function loudest(peaks, from, to) {
  let most = 0;
  for (let slot = Math.floor(from); slot < Math.max(to, from + 1); slot++) {
    most = Math.max(most, peaks[slot] ?? 0);
  }
  return most;
}
