// @ts-check
/** How loud both are, for the eye: the rings, the picture of the voices, and who speaks in words. */
import { byId, setText } from "../shared/dom.js";
import { Speaking } from "./speaking.js";
import { Voices } from "./voices.js";

const WORDS = {
  agent: "The agent speaks",
  caller: "You speak",
  both: "You both speak",
  none: "The agent listens",
  muted: "You are muted",
};
/** How often the picture of the voices changes for those who want little motion, in ms. */
const STILL_MS = 250;
/** How much of a level is left a frame of the screen later: rings fall more slowly than they rise. */
const FALL = 0.88;

/** Shows levels on the page. */
export class Meters {
  /** Whether the caller is heard by nobody. */
  isMuted = false;
  #voices = new Voices(byId("voices", HTMLCanvasElement));
  #presence = byId("presence", HTMLElement);
  #speaking = byId("speaking", HTMLElement);
  #who = new Speaking();
  #caller = 0;
  #agent = 0;
  #still = matchMedia("(prefers-reduced-motion: reduce)");
  #drawnAt = -Infinity;

  /** Shows nothing of the call before. */
  clear() {
    this.#who = new Speaking();
    this.#caller = this.#agent = 0;
    this.#voices.clear();
  }

  /** The agent was cut off. */
  wasInterrupted() {
    this.#agent = 0;
  }

  /** @param {{ caller: number, agent: number }} levels peaks, 0 to 1 @param {number} now ms */
  show({ caller, agent }, now) {
    this.#caller = Math.max(caller, this.#caller * FALL);
    this.#agent = Math.max(agent, this.#agent * FALL);
    this.#voices.add({ caller, agent }, now);
    if (!this.#still.matches || now - this.#drawnAt >= STILL_MS) {
      this.#voices.draw(now);
      this.#drawnAt = now;
    }
    this.#presence.style.setProperty("--caller-level", Math.sqrt(this.#caller).toFixed(3));
    this.#presence.style.setProperty("--agent-level", Math.sqrt(this.#agent).toFixed(3));
    const who = this.#who.push({ caller, agent }, now);
    const shown = this.isMuted && who === "none" ? "muted" : who;
    this.#speaking.dataset.who = shown;
    setText(this.#speaking, WORDS[shown]);
  }
}
