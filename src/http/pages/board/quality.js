// @ts-check
/** How the line of a call is, in words and numbers. */

import { h, setAttribute, setText } from "../shared/dom.js";
import { milliseconds, opinion, whole } from "../shared/format.js";

/** @typedef {import("./wire.js").Quality} Quality */
/** @typedef {[name: string, value: (quality: Quality) => string | undefined, hint: string]} Figure */

/** @type {Figure[]} */
const FIGURES = [
  [
    "Loss",
    ({ lossPercent }) =>
      lossPercent === undefined ? undefined : `${Number(lossPercent.toFixed(1))} %`,
    "Packets that were lost",
  ],
  [
    "Jitter",
    ({ jitterMs }) => jitterMs === undefined ? undefined : `${jitterMs.toFixed(1)} ms`,
    "How unevenly packets come",
  ],
  [
    "Round trip",
    ({ roundTripMs }) => roundTripMs === undefined ? undefined : milliseconds(roundTripMs),
    "There and back, by RTCP",
  ],
  [
    "Late",
    ({ late }) => late === undefined ? undefined : whole(late),
    "Packets that came too late to be heard",
  ],
  [
    "Made up",
    ({ concealed }) => concealed === undefined ? undefined : milliseconds(concealed),
    "Sound that was made up for what was lost",
  ],
];

/** A line of figures; what is not known is left out. */
export class QualityLine {
  #word = h("b");
  #number = h("small");
  #figures = FIGURES.map(([name, value, hint]) => {
    const shown = h("dd");
    return {
      value,
      shown,
      element: h("div", { class: "figure", title: hint }, h("dt", {}, name), shown),
    };
  });
  element = h(
    "dl",
    { class: "quality", "aria-label": "Line" },
    h(
      "div",
      { class: "figure", title: "Mean opinion score by the E-model, 1 to 4.5" },
      h("dt", {}, "Line"),
      h("dd", {}, this.#word, this.#number),
    ),
    ...this.#figures.map(({ element }) => element),
  );

  /** @param {Quality | undefined} quality */
  show(quality) {
    this.element.hidden = quality === undefined;
    if (quality === undefined) return;
    const { mos } = quality;
    const { word, tone } = mos === undefined ? { word: "unknown", tone: "dim" } : opinion(mos);
    setText(this.#word, word[0].toUpperCase() + word.slice(1));
    setAttribute(this.#word, "class", tone);
    setText(this.#number, mos === undefined ? "" : `MOS ${mos.toFixed(2)}`);
    for (const { value, shown, element } of this.#figures) {
      const text = value(quality);
      element.hidden = text === undefined;
      setText(shown, text ?? "");
    }
  }
}
