// @ts-check
/** The line at the top: how the phone is. */

import { byId, h, setAttribute, setText } from "../shared/dom.js";
import { duration, whole } from "../shared/format.js";
import { palette } from "./palette.js";
import { prepare } from "./waveform.js";

/** Seconds of lateness that are drawn. */
const KEPT = 60;
/** A tick that is later than this is heard as a gap by nobody yet, but is worth a look, in ms. */
const LATE_MS = 5;

/** Figures of all calls, of the machine, and of what it is connected to. */
export class TopLine {
  #live = figure("Live");
  #answered = figure("Answered");
  #refused = figure("Refused");
  #failed = figure("Failed");
  #load = figure("Ticks late by");
  #canvas = h("canvas", { "aria-hidden": "true" });
  #lines = h("div", { class: "lines" });
  #draining = byId("draining", HTMLElement);
  #progress = h("progress", { "aria-label": "Calls that are over" });
  #drained = h("span");
  /** @type {number[]} */
  #lateness = [];

  constructor() {
    byId("top", HTMLElement).append(
      h("dl", {}, this.#live.element),
      h(
        "dl",
        { class: "group" },
        this.#answered.element,
        this.#refused.element,
        this.#failed.element,
      ),
      h("div", { class: "group lateness" }, h("dl", {}, this.#load.element), this.#canvas),
      this.#lines,
    );
    this.#draining.append(
      h("b", {}, "Draining: no more calls are taken."),
      this.#progress,
      this.#drained,
    );
  }

  /** @param {Record<string, any>} status */
  show(status) {
    const { calls = 0, counters = {}, placed = {}, load, isReady } = status;
    setText(this.#live.value, whole(calls));
    const sum = (/** @type {string} */ name) => (counters[name] ?? 0) + (placed[name] ?? 0);
    setText(this.#live.note, isReady === false ? "not ready" : "");
    setText(this.#answered.value, whole(sum("answered")));
    this.#counted(this.#refused, sum("refused"), "warn");
    this.#counted(this.#failed, sum("failed"), "bad");
    setAttribute(this.#refused.element, "title", reasons(status.refusals));
    if (load !== undefined) this.#loaded(load);
    this.#connected(status);
    this.#drains(status);
  }

  /** Draws how late ticks were in the last minute. */
  draw() {
    const ready = prepare(this.#canvas);
    if (ready === undefined) return;
    const { context, width, height } = ready;
    const { agent, warn } = palette();
    const most = Math.max(LATE_MS, ...this.#lateness);
    const step = width / KEPT;
    for (const [i, ms] of this.#lateness.entries()) {
      context.fillStyle = ms > LATE_MS ? warn : agent;
      const bar = Math.max(1, ms / most * height);
      context.fillRect(
        width - (this.#lateness.length - i) * step,
        height - bar,
        Math.max(1, step - 0.6),
        bar,
      );
    }
  }

  /** @param {{ isOverloaded: boolean, latenessMs: number }} load */
  #loaded({ isOverloaded, latenessMs }) {
    setText(this.#load.value, `${latenessMs.toFixed(1)} ms`);
    setText(
      this.#load.note,
      isOverloaded ? "overloaded" : latenessMs > LATE_MS ? "late" : "on time",
    );
    setAttribute(
      this.#load.note,
      "class",
      isOverloaded ? "bad" : latenessMs > LATE_MS ? "warn" : "good",
    );
    this.#lateness.push(latenessMs);
    if (this.#lateness.length > KEPT) this.#lateness.shift();
    this.draw();
  }

  /** @param {{ value: HTMLElement }} figure @param {number} n @param {string} tone */
  #counted({ value }, n, tone) {
    setText(value, whole(n));
    setAttribute(value, "class", n > 0 ? tone : "");
  }

  /** @param {Record<string, any>} status */
  #connected({ freeswitch, trunks = [], viewers }) {
    const key = JSON.stringify([freeswitch, trunks, viewers]);
    if (this.#lines.dataset.key === key) return;
    this.#lines.dataset.key = key;
    this.#lines.replaceChildren();
    if (freeswitch) {
      const { isConnected } = freeswitch;
      this.#lines.append(
        stateChip("FreeSWITCH", isConnected ? "connected" : "lost", isConnected ? "good" : "bad"),
      );
    }
    for (const { name, state, error } of trunks) {
      const tone = state === "registered" ? "good" : state === "failed" ? "bad" : "";
      this.#lines.append(stateChip(name, state, tone, error));
    }
  }

  /** @param {Record<string, any>} status */
  #drains({ isDraining, draining }) {
    this.#draining.hidden = !isDraining;
    this.#progress.hidden = draining === undefined;
    if (draining === undefined) return setText(this.#drained, "");
    const { left, of, elapsedMs, limitMs } = draining;
    this.#progress.max = Math.max(1, of);
    this.#progress.value = of - left;
    setText(
      this.#drained,
      `${left} of ${of} calls left, ${duration(elapsedMs)} of at most ${duration(limitMs)}`,
    );
  }
}

/** @param {string} name */
function figure(name) {
  const [value, note] = [h("span"), h("small")];
  return {
    element: h("div", { class: "figure" }, h("dt", {}, name), h("dd", {}, value, note)),
    value,
    note,
  };
}

/** @param {string} name @param {string} state @param {string} tone @param {string} [why] */
function stateChip(name, state, tone, why) {
  const words = h("span", { class: "state" }, ` ${state}`);
  return h(
    "span",
    { class: `chip ${tone}`, title: why },
    h("span", { class: "dot" }),
    h("span", {}, name, words),
  );
}

/** @param {Record<string, number> | undefined} refusals */
function reasons(refusals) {
  const told = Object.entries(refusals ?? {}).filter(([, n]) => n > 0).map(([reason, n]) =>
    `${reason}: ${n}`
  );
  return told.length === 0 ? undefined : told.join("\n");
}
