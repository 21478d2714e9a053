// @ts-check
/** One live call, large: both voices, what can be done, how the line is, what is said, how quick answers are. */

import { h, icon, setText } from "../shared/dom.js";
import { doorOf, duration, timeAndDay } from "../shared/format.js";
import { CallActions } from "./call_actions.js";
import { Conversation } from "./conversation.js";
import { QualityLine } from "./quality.js";
import { Waterfall } from "./waterfall.js";
import { drawLive } from "./waveform.js";
import { endWords, numberAndWayOf, peerOf, speakerOf } from "./words.js";

/** @typedef {import("./board.js").Board} Board */
/** @typedef {import("./live_call.js").LiveCall} LiveCall */

/** The view of one call, from when it is chosen until another is. */
export class CallDetail {
  #title = h("h2", { id: "detail-title" });
  #route = h("p", { class: "dim" });
  #chips = h("p", { class: "chips" });
  #lasts = h("p", { class: "lasts" });
  #speaks = {
    caller: h("span", { class: "side caller" }),
    agent: h("span", { class: "side agent" }),
  };
  #canvas = h("canvas", { "aria-hidden": "true" });
  #quality = new QualityLine();
  #waterfall = new Waterfall();
  #ended = h("p", { class: "notice", role: "status", hidden: true });
  #troubles = h("ul", {
    class: "notice bad troubles",
    role: "list",
    "aria-label": "Troubles",
    hidden: true,
  });
  #talkBox = h("div", {
    class: "talk-box",
    tabindex: "0",
    role: "log",
    "aria-live": "off",
    "aria-labelledby": "talk-title",
  });
  #none = h("p", { class: "dim none" }, "Nothing was said yet.");
  #talk = new Conversation(this.#talkBox);
  /** @type {Board} */
  #board;
  /** @type {LiveCall} */
  #call;

  /**
   * @param {Board} board
   * @param {import("../shared/phone_api.js").PhoneApi} api
   * @param {LiveCall} call
   * @param {() => void} onBack called when the list is to be seen again
   */
  constructor(board, api, call, onBack) {
    this.#board = board;
    this.#call = call;
    this.actions = new CallActions(api, call);
    this.element = h(
      "article",
      { class: "detail live", "aria-labelledby": "detail-title" },
      h(
        "header",
        { class: "detail-head" },
        h("button", {
          class: "button plain round back",
          "aria-label": "Back to the list",
          onclick: onBack,
        }, icon("back")),
        h("div", { class: "titles" }, this.#title, this.#route),
        this.#lasts,
        this.#chips,
      ),
      this.actions.element,
      this.#ended,
      this.#troubles,
      h(
        "div",
        { class: "panel wave" },
        h("p", { class: "sides" }, this.#speaks.caller, this.#speaks.agent),
        this.#canvas,
      ),
      this.#quality.element,
      h(
        "div",
        { class: "columns" },
        h(
          "section",
          { class: "panel said", "aria-labelledby": "talk-title" },
          h("header", {}, h("h3", { id: "talk-title" }, "Conversation")),
          this.#none,
          this.#talkBox,
        ),
        this.#waterfall.element,
      ),
    );
    this.show();
    this.showWords();
  }

  /** The call that is shown. */
  get call() {
    return this.#call;
  }

  /** Whether there is something to be done to the call. */
  get isLive() {
    return this.#call.end === undefined && this.#call.view.state === "live";
  }

  /** It is on the page now. */
  opened() {
    this.#talk.follow();
  }

  /** Shows how the call is. */
  show() {
    const { view, end, troubles, keys } = this.#call;
    const door = doorOf(view.door);
    setText(this.#title, peerOf(view));
    setText(this.#route, `${numberAndWayOf(view)}, since ${timeAndDay(view.startedAt)}`);
    const key = JSON.stringify([
      view.state,
      door.word,
      view.codec,
      view.isRecording,
      view.isOnHold,
      view.isMuted,
      end,
      keys,
    ]);
    if (this.#chips.dataset.key !== key) {
      this.#chips.dataset.key = key;
      this.#chips.replaceChildren(...chipsOf(this.#call));
    }
    for (const side of /** @type {const} */ (["caller", "agent"])) {
      const name = side === "caller" ? "Caller" : "Agent";
      setText(this.#speaks[side], view.speaking[side] ? `${name} speaks` : name);
      this.#speaks[side].classList.toggle("speaking", view.speaking[side]);
    }
    this.#ended.hidden = end === undefined;
    if (end !== undefined) {
      setText(this.#ended, `${endWords(end)}. The call is in the history now.`);
    }
    const told = troubles.join("\n");
    if (this.#troubles.dataset.key !== told) {
      this.#troubles.dataset.key = told;
      this.#troubles.hidden = troubles.length === 0;
      this.#troubles.replaceChildren(...troubles.map((trouble) => h("li", {}, trouble)));
    }
    this.#quality.show(view.quality);
    this.actions.show();
    this.tick();
  }

  /** Shows what was said, and how quick the answers were. */
  showWords() {
    const { transcript, timings, view } = this.#call;
    this.#none.hidden = transcript.length > 0;
    this.#talkBox.hidden = transcript.length === 0;
    this.#talk.show(transcript, view.answeredAt ?? view.startedAt);
    this.#waterfall.show(timings);
  }

  /** Shows how long the call has lasted. */
  tick() {
    setText(this.#lasts, duration(this.#call.durationMs(this.#board.now())));
  }

  /** Draws both voices. */
  draw() {
    drawLive(this.#canvas, this.#call, this.#board.now());
  }

  /** Ends what goes on by itself. */
  close() {
    this.actions.stop();
  }
}

/** @param {LiveCall} call */
function chipsOf({ view, end, keys }) {
  const door = doorOf(view.door);
  const chip = (
    /** @type {string} */ words,
    className = "",
    /** @type {Node | false} */ picture = false,
  ) => h("span", { class: `chip ${className}` }, picture, words);
  const chips = [chip(door.word, "", icon(door.icon))];
  if (view.codec !== undefined) chips.push(chip(view.codec));
  if (keys !== "") chips.push(chip(keys, "", icon("keys")));
  if (view.direction === "out") chips.push(chip("our call"));
  if (end !== undefined) chips.push(chip("over"));
  else {
    chips.push(
      chip(
        view.state === "live" ? "live" : speakerOf(view).words.toLowerCase(),
        "good",
        h("span", { class: "dot" }),
      ),
    );
    if (view.isRecording) chips.push(chip("recording", "bad", h("span", { class: "dot" })));
    if (view.isOnHold) chips.push(chip("on hold", "warn"));
    if (view.isMuted) chips.push(chip("muted", "warn"));
  }
  return chips;
}
