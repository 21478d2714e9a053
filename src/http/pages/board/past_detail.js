// @ts-check
/** One call that is over: its recording, what was said, how quick the answers were, and what is known of it. */

import { h, icon } from "../shared/dom.js";
import { doorOf, duration, milliseconds, opinion, timeAndDay } from "../shared/format.js";
import { Conversation } from "./conversation.js";
import { Player } from "./player.js";
import { Waterfall } from "./waterfall.js";
import { endWords, numberAndWayOf, peerOf } from "./words.js";

/** @typedef {import("./wire.js").PastCallDetail} PastCallDetail */
/** @typedef {import("./wire.js").CallRecord} CallRecord */

/** The view of one past call. */
export class PastDetail {
  /** @type {Player | undefined} */
  player;
  #talkBox = h("div", {
    class: "talk-box",
    tabindex: "0",
    role: "region",
    "aria-labelledby": "talk-title",
  });

  /**
   * @param {PastCallDetail} call
   * @param {object} options
   * @param {import("../shared/phone_api.js").PhoneApi} options.api
   * @param {import("./frames.js").Frames} options.frames
   * @param {() => void} options.onBack called when the list is to be seen again
   */
  constructor({ id, record, hasRecording, transcript, timings }, { api, frames, onBack }) {
    const beganAt = Date.parse(record.answeredAt ?? record.startedAt);
    const talk = new Conversation(
      this.#talkBox,
      hasRecording ? { onSeek: (at) => this.player?.playFrom((at - beganAt) / 1000) } : {},
    );
    talk.show(transcript, beganAt);
    const waterfall = new Waterfall();
    waterfall.show(timings);
    if (hasRecording) {
      const path = `history/${encodeURIComponent(id)}/recording`;
      this.player = new Player(api, path, { frames, onTime: (s) => talk.mark(beganAt + 1000 * s) });
    }
    this.element = h(
      "article",
      { class: "detail", "aria-labelledby": "detail-title" },
      head(record, onBack),
      this.player?.element ?? h("p", { class: "notice" }, "There is no recording of this call."),
      h(
        "div",
        { class: "columns" },
        h(
          "section",
          { class: "panel said", "aria-labelledby": "talk-title" },
          h("header", {}, h("h3", { id: "talk-title" }, "Conversation")),
          transcript.length === 0
            ? h("p", { class: "dim none" }, "No words of this call were kept.")
            : this.#talkBox,
        ),
        waterfall.element,
      ),
      facts(id, record),
    );
  }

  /** It is on the page now, at its beginning. */
  opened() {}

  /** Gives back what it holds. */
  close() {
    this.player?.close();
  }
}

/** @param {CallRecord} record @param {() => void} onBack */
function head(record, onBack) {
  const { direction, startedAt, durationMs, end, door, codec } = record;
  const chip = (/** @type {string} */ words) => h("span", { class: "chip" }, words);
  return h(
    "header",
    { class: "detail-head" },
    h("button", {
      class: "button plain round back",
      "aria-label": "Back to the list",
      onclick: onBack,
    }, icon("back")),
    h(
      "div",
      { class: "titles" },
      h("h2", { id: "detail-title" }, peerOf(record)),
      h(
        "p",
        { class: "dim" },
        `${numberAndWayOf(record)}, ${timeAndDay(Date.parse(startedAt))}`,
      ),
    ),
    h("p", { class: "lasts" }, duration(durationMs)),
    h(
      "p",
      { class: "chips" },
      door !== undefined &&
        h("span", { class: "chip" }, icon(doorOf(door).icon), doorOf(door).word),
      codec !== undefined && chip(codec),
      direction === "out" && chip("our call"),
      chip(endWords(end)),
    ),
  );
}

/** @param {string} id @param {CallRecord} record */
function facts(id, { quality, latency, keys, chain, answeredAt, startedAt }) {
  const list = h("dl", { class: "facts" });
  const add = (
    /** @type {string} */ name,
    /** @type {string | undefined} */ value,
    className = "",
  ) => {
    if (value !== undefined && value !== "") {
      list.append(h("div", { class: className }, h("dt", {}, name), h("dd", {}, value)));
    }
  };
  add(
    "Rang for",
    answeredAt === undefined
      ? undefined
      : milliseconds(Date.parse(answeredAt) - Date.parse(startedAt)),
  );
  add("We heard", lineWords(quality?.heard));
  add("The caller heard", lineWords(quality?.sent));
  add(
    "Round trip",
    quality?.roundTripMs === undefined ? undefined : milliseconds(quality.roundTripMs),
  );
  add("Slowest answer", latency === undefined ? undefined : milliseconds(latency.max));
  add("Keys", keys?.map(({ digit }) => digit).join(" "));
  add("Call", id, "whole");
  add("Chain", chain, "whole");
  return list;
}

/** @param {import("./wire.js").LineRecord | undefined} line */
function lineWords(line) {
  if (line === undefined) return undefined;
  const { mos, lossShare, jitterMs } = line;
  return `${opinion(mos).word}, MOS ${mos.toFixed(2)}, ${
    Number((100 * lossShare).toFixed(1))
  } % lost, jitter ${jitterMs} ms`;
}
