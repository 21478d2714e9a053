// @ts-check
/** The answers of a call, each as a bar of where its time went, all on one scale. */

import { h, setText } from "../shared/dom.js";
import { counted, milliseconds } from "../shared/format.js";
import { answerTimes, percentile, SLOW_MS } from "./answer_times.js";

/** @typedef {import("./wire.js").TurnTiming} TurnTiming */

/** The stages, as the legend names them. */
const LEGEND = [
  ["hear", "Transcript"],
  ["think", "First word"],
  ["speak", "First sound"],
  ["send", "First packet"],
];

/** A panel with the turns of a call, the latest first. */
export class Waterfall {
  #sum = h("p", { class: "dim" });
  #scale = h("li", { hidden: true }, h("span", { class: "tick" }), milliseconds(SLOW_MS));
  #rows = h("ol", {
    class: "turns",
    role: "list",
    tabindex: "0",
    "aria-labelledby": "times-title",
  });
  #empty = h("p", { class: "dim none" }, "Each answer will show here where its time went.");
  element = h(
    "section",
    { class: "panel times", "aria-labelledby": "times-title" },
    h("header", {}, h("h3", { id: "times-title" }, "Answers"), this.#sum),
    h(
      "ul",
      { class: "legend", role: "list", "aria-label": "From the end of speech, to" },
      ...LEGEND.map(([name, words]) =>
        h("li", { class: `stage-${name}` }, h("span", { class: "dot" }), words)
      ),
      this.#scale,
    ),
    this.#empty,
    this.#rows,
  );
  /** @type {Map<TurnTiming, { scaleMs: number, element: HTMLLIElement }>} */
  #made = new Map();

  /** @param {readonly TurnTiming[]} timings */
  show(timings) {
    const all = timings.map((timing) => ({ timing, times: answerTimes(timing) }));
    const totals = all.flatMap(({ times }) => times.totalMs ?? []);
    const longest = Math.max(0, ...all.map(({ times: { stages } }) => endOf(stages)));
    // A scale that stays while answers are quick, so that short bars mean quick answers.
    const scaleMs = Math.max(SLOW_MS, Math.ceil(longest / 500) * 500);
    setText(this.#sum, totals.length === 0 ? "" : sumOf(totals));
    this.#scale.hidden = scaleMs === SLOW_MS;
    this.#empty.hidden = all.length > 0;
    const made = new Map();
    for (const { timing, times } of all.reverse()) {
      const old = this.#made.get(timing);
      const element = old?.scaleMs === scaleMs ? old.element : rowOf(timing, times, scaleMs);
      made.set(timing, { scaleMs, element });
    }
    this.#made = made;
    const elements = [...made.values()].map(({ element }) => element);
    if (
      elements.some((element, i) => this.#rows.children[i] !== element) ||
      elements.length !== this.#rows.childElementCount
    ) this.#rows.replaceChildren(...elements);
  }
}

/** @param {readonly { fromMs: number, ms: number }[]} stages */
function endOf(stages) {
  const last = stages.at(-1);
  return last === undefined ? 0 : last.fromMs + last.ms;
}

/** @param {readonly number[]} totals */
function sumOf(totals) {
  const [half, most] = [percentile(totals, 0.5) ?? 0, percentile(totals, 0.95) ?? 0];
  return `${counted(totals.length, "answer")}: half within ${milliseconds(half)}, 95 % within ${
    milliseconds(most)
  }`;
}

/**
 * @param {TurnTiming} timing
 * @param {import("./answer_times.js").AnswerTimes} times
 * @param {number} scaleMs
 */
function rowOf(timing, { stages, totalMs, slowest, tone, verdict }, scaleMs) {
  const bar = h("div", { class: "bar-of", "aria-hidden": "true" });
  for (const { name, fromMs, ms } of stages) {
    const part = h("span", { class: `part stage-${name}` });
    part.style.left = `${100 * fromMs / scaleMs}%`;
    part.style.width = `${100 * ms / scaleMs}%`;
    bar.append(part);
  }
  const slow = h("span", { class: "mark" });
  slow.style.left = `${100 * SLOW_MS / scaleMs}%`;
  if (scaleMs > SLOW_MS) bar.append(slow);
  const parts = stages.map((stage) =>
    h(
      "li",
      { class: `stage-${stage.name}${stage === slowest && tone !== "good" ? " slowest" : ""}` },
      h("span", { class: "dot" }),
      h("span", { class: "heard" }, `${stage.verb}: `),
      milliseconds(stage.ms),
    )
  );
  return h(
    "li",
    { class: tone },
    h("span", { class: "turn" }, h("span", { class: "heard" }, "Turn "), timing.turn),
    bar,
    h("b", { class: `total ${tone}` }, totalMs === undefined ? "–" : milliseconds(totalMs)),
    h("ul", { class: "parts", role: "list" }, ...parts),
    verdict !== "" && h("p", { class: `verdict ${tone}` }, verdict),
    ...interruption(timing),
  );
}

/** @param {TurnTiming} timing */
function interruption({ interruptedAt, bargeInMs, firstPacketAt, falseAlarms = 0 }) {
  const chips = [];
  if (interruptedAt !== undefined) {
    const after = firstPacketAt === undefined
      ? ""
      : ` after ${milliseconds(interruptedAt - firstPacketAt)}`;
    const silent = bargeInMs === undefined ? "" : `, silent in ${milliseconds(bargeInMs)}`;
    chips.push(h("span", { class: "chip caller" }, `Interrupted${after}${silent}`));
  }
  if (falseAlarms > 0) {
    chips.push(h("span", { class: "chip" }, counted(falseAlarms, "false alarm")));
  }
  return chips.length === 0 ? [] : [h("p", { class: "happened" }, ...chips)];
}
