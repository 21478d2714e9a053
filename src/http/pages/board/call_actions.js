// @ts-check
/** What can be done to a live call. */

import { h, icon, setAttribute } from "../shared/dom.js";
import { ask, field } from "./dialogs.js";
import { Listener } from "./listener.js";
import { complain, tell } from "./notices.js";
import { peerOf } from "./words.js";

/** @typedef {import("./live_call.js").LiveCall} LiveCall */
/** @typedef {import("../shared/phone_api.js").PhoneApi} PhoneApi */

/** The keys of a telephone. */
const KEYS = "123456789*0#";
/** What cannot be said is refused within this time, in ms; how long the rest takes nobody waits for. */
const REFUSED_MS = 1000;

/** What became of a caller who was to be transferred. @type {Readonly<Record<string, string>>} */
const OUTCOMES = Object.assign(Object.create(null), {
  busy: "is busy",
  "no-answer": "does not answer",
  refused: "has refused the call",
  unreachable: "cannot be reached",
  declined: "has declined the call",
  timeout: "has not answered in time",
});

/** The buttons of a call. */
export class CallActions {
  /** @type {PhoneApi} */
  #api;
  /** @type {LiveCall} */
  #call;
  /** @type {Listener | undefined} */
  #listener;
  /** Closes the dialog that is open. */
  #close = () => {};
  #listen = this.#button("ear", "Listen in", "L", () => this.listen());
  #record = this.#button("record", "Record", "R", () => this.record());
  element = h(
    "div",
    { class: "actions", role: "toolbar", "aria-label": "What to do with this call" },
    this.#listen,
    this.#button("say", "Say", "S", () => this.say()),
    this.#button("transfer", "Transfer", "T", () => this.transfer()),
    this.#record,
    this.#button("keys", "Keys", "D", () => this.keys()),
    this.#button("hangup", "Hang up", "X", () => this.hangup(), "danger"),
  );

  /** @param {PhoneApi} api @param {LiveCall} call */
  constructor(api, call) {
    this.#api = api;
    this.#call = call;
    this.#listen.setAttribute("aria-pressed", "false");
    this.element.addEventListener("keydown", (event) => this.#rove(event));
    for (const button of [...this.#buttons()].slice(1)) button.tabIndex = -1;
  }

  /** Shows what can be done now. */
  show() {
    const { view, end } = this.#call;
    const isLive = end === undefined && view.state === "live";
    for (const button of this.#buttons()) button.disabled = !isLive;
    // A call that is not answered yet can still be ended.
    if (end === undefined) this.#buttons()[5].disabled = false;
    setAttribute(this.#record, "aria-pressed", String(view.isRecording));
    this.#keepOneStop();
    if (!isLive) this.#listener?.stop();
    // Nothing that a dialog asks for can be done any more.
    if (end !== undefined) this.#close();
  }

  /** Ends what goes on by itself. */
  stop() {
    this.#listener?.stop();
    this.#close();
  }

  /** Hears both sides, or no more. */
  listen() {
    if (this.#listener !== undefined) return this.#listener.stop();
    const { id } = this.#call.view;
    this.#listener = new Listener(this.#api, id, (error) => {
      this.#listener = undefined;
      this.#listen.setAttribute("aria-pressed", "false");
      if (error !== undefined) complain(error, "The call cannot be heard.");
    });
    this.#listen.setAttribute("aria-pressed", "true");
  }

  /** Records, or no more. */
  async record() {
    const isRecording = this.#call.view.isRecording;
    try {
      await this.#post("record", { action: isRecording ? "stop" : "start" });
      tell(isRecording ? "The recording is over." : "The call is recorded.");
    } catch (error) {
      complain(error, "The recording could not be changed.");
    }
  }

  /** Asks what the agent shall say. */
  say() {
    const text = h("textarea", { class: "input", rows: "3", required: true, maxlength: "4000" });
    const cut = h("input", { type: "checkbox" });
    this.#ask({
      title: "Have the agent say something",
      fields: [
        field("Words", text, "The caller hears them in the agent's voice."),
        h("label", { class: "check" }, cut, "Now, even in the middle of what the agent is saying"),
      ],
      yes: "Say it",
      act: async () => {
        const saying = this.#say(text.value, cut.checked);
        await Promise.race([saying, new Promise((resolve) => setTimeout(resolve, REFUSED_MS))]);
        tell("It will be said.");
        saying.catch((error) => complain(error, "It could not be said."));
      },
    });
  }

  /** Asks where the caller shall go. */
  transfer() {
    const to = h("input", {
      class: "input",
      required: true,
      maxlength: "256",
      autocomplete: "off",
      spellcheck: "false",
    });
    this.#ask({
      title: `Transfer ${this.#name()}`,
      text: "The caller leaves the agent, and comes back if nobody answers.",
      fields: [field("To", to, "A number, an extension or a SIP address")],
      yes: "Transfer",
      doing: "Calling. You may close this, and will be told what has become of it.",
      act: () => this.#transfer(to.value.trim()),
    });
  }

  /** Shows a keypad. */
  keys() {
    const digits = h("input", {
      class: "input",
      required: true,
      pattern: "[0-9*#A-D]+",
      maxlength: "64",
      inputmode: "tel",
      autocomplete: "off",
      title: "0-9, *, # and A-D",
    });
    const pad = h("div", { class: "pad" });
    for (const key of KEYS) {
      pad.append(
        h("button", { class: "button", type: "button", onclick: () => digits.value += key }, key),
      );
    }
    this.#ask({
      title: "Press keys",
      fields: [field("Keys", digits, "The other side hears them as tones"), pad],
      yes: "Send",
      act: async () => {
        await this.#post("dtmf", { digits: digits.value });
        tell("The keys are pressed.");
      },
    });
  }

  /** Asks whether to end the call. */
  hangup() {
    this.#ask({
      title: `Hang up on ${this.#name()}?`,
      text: "The call ends at once, whoever is speaking.",
      yes: "Hang up",
      isDangerous: true,
      act: () => this.#post("hangup", {}),
    });
  }

  /** @param {import("./dialogs.js").Question} question */
  #ask(question) {
    this.#close = ask(question);
  }

  /** @param {string} text @param {boolean} interrupts */
  async #say(text, interrupts) {
    const { outcome, error } = await this.#post("say", { text, interrupts });
    if (outcome === "failed") throw new Error(error ?? "The agent has no voice for it.");
  }

  /** @param {string} to Resolves when the caller is there, and throws when the caller is back. */
  async #transfer(to) {
    const name = this.#name();
    const { outcome, error } = await this.#post("transfer", { to });
    if (outcome === "completed") return tell(`${name} was transferred to ${to}.`);
    if (outcome === "ended" || outcome === "cancelled") return tell(`${name} was not transferred.`);
    const why = error ?? `${to} ${OUTCOMES[outcome] ?? outcome}`;
    throw new Error(`${why.replace(/\.?$/, ".")} The caller is back with the agent.`);
  }

  #name() {
    return peerOf(this.#call.view);
  }

  /** @param {string} action @param {unknown} body */
  #post(action, body) {
    return this.#api.post(`calls/${encodeURIComponent(this.#call.view.id)}/${action}`, body);
  }

  /**
   * @param {string} picture
   * @param {string} words
   * @param {string} key
   * @param {() => void} act
   * @param {string} [className]
   */
  #button(picture, words, key, act, className = "") {
    return h(
      "button",
      {
        class: `button ${className}`,
        title: `${words} (${key.toLowerCase()})`,
        onclick: act,
      },
      icon(picture),
      h("span", {}, words),
    );
  }

  /** @returns {HTMLButtonElement[]} */
  #buttons() {
    return /** @type {HTMLButtonElement[]} */ ([...this.element.children]);
  }

  /** A toolbar is one stop of the Tab key (https://www.w3.org/WAI/ARIA/apg/patterns/toolbar/). @param {KeyboardEvent} event */
  #rove(event) {
    const able = this.#buttons().filter((button) => !button.disabled);
    const at = able.findIndex((button) => button === document.activeElement);
    /** @type {Record<string, number>} */
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 };
    if (at < 0 || !(event.key in to)) return;
    event.preventDefault();
    for (const button of able) button.tabIndex = -1;
    const next = able.at(to[event.key] % able.length);
    if (next === undefined) return;
    next.tabIndex = 0;
    next.focus();
  }

  #keepOneStop() {
    const able = this.#buttons().filter((button) => !button.disabled);
    if (!able.some((button) => button.tabIndex === 0) && able.length > 0) able[0].tabIndex = 0;
  }
}
