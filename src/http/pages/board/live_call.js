// @ts-check
/** What the page knows of one call. */

import { LevelRing } from "./level_ring.js";

/** @typedef {import("./wire.js").CallView} CallView */
/** @typedef {import("./wire.js").TranscriptEntry} TranscriptEntry */
/** @typedef {import("./wire.js").TurnTiming} TurnTiming */

/** Entries and turns that are kept of a call that does not end. */
const MOST = 500;
/** Troubles that are shown. */
const MOST_TROUBLES = 3;
/** Keys that are shown. */
const MOST_KEYS = 20;

/** One call: how it is, what was said, how quick the answers were, and how loud both sides are. */
export class LiveCall {
  caller = new LevelRing();
  agent = new LevelRing();
  /** @type {TranscriptEntry[]} */
  transcript = [];
  /** @type {TurnTiming[]} */
  timings = [];
  /** What failed in it, the latest last. @type {string[]} */
  troubles = [];
  /** The keys that were pressed; hidden ones are `x`. */
  keys = "";

  /**
   * Why it ended, and when; undefined while it lasts.
   *
   * @type {(import("./wire.js").CallEnd & { at: number }) | undefined}
   */
  end;

  /** @param {CallView} view */
  constructor(view) {
    this.view = view;
  }

  /** @param {number} now @returns {number} how long it has lasted, in ms */
  durationMs(now) {
    return (this.end?.at ?? now) - (this.view.answeredAt ?? this.view.startedAt);
  }

  /**
   * Takes something that was said. What is final replaces what was partial, and what is told again of
   * the same moment, as by now it is known what of it was cut, replaces what was told.
   *
   * @param {TranscriptEntry} entry
   */
  note(entry) {
    const { transcript } = this;
    const at = transcript.findLastIndex((old) =>
      old.who === entry.who && (old.at === entry.at || (old.isPartial && old.turn === entry.turn))
    );
    // An answer is told when all of it is made, and stands where it began.
    if (at >= 0) transcript[at] = entry;
    else transcript.splice(transcript.findLastIndex((old) => old.at <= entry.at) + 1, 0, entry);
    if (transcript.length > MOST) transcript.shift();
  }

  /** @param {string} trouble Takes something that failed, which the call survived. */
  suffer(trouble) {
    if (this.troubles.at(-1) !== trouble) this.troubles.push(trouble);
    if (this.troubles.length > MOST_TROUBLES) this.troubles.shift();
  }

  /** @param {string} key Takes a key that was pressed. */
  press(key) {
    this.keys = (this.keys + key).slice(-MOST_KEYS);
  }

  /** @param {TurnTiming} timing Takes the times of a turn. */
  time(timing) {
    const at = this.timings.findLastIndex((old) => old.turn === timing.turn);
    if (at >= 0) this.timings[at] = timing;
    else this.timings.push(timing);
    if (this.timings.length > MOST) this.timings.shift();
  }

  /**
   * Takes all there is of it, as it was asked for. What it was told goes on counting where it is newer: it
   * may have been told before that was asked, or since.
   *
   * @param {readonly TranscriptEntry[]} transcript
   * @param {readonly TurnTiming[]} timings
   */
  fill(transcript, timings) {
    const [said, timed] = [this.transcript, this.timings];
    this.transcript = [];
    this.timings = [];
    for (const entry of said) this.note(entry);
    for (const entry of transcript) {
      if (!said.some((told) => isNewer(told, entry))) this.note(entry);
    }
    for (const timing of [...timed, ...timings].sort(byTurn)) this.time(timing);
  }
}

/**
 * @param {TranscriptEntry} told
 * @param {TranscriptEntry} asked
 * @returns {boolean} whether what was told of the same words is later
 */
function isNewer(told, asked) {
  if (told.who !== asked.who) return false;
  if (told.at < asked.at) return false;
  if (told.at > asked.at) return Boolean(asked.isPartial) && told.turn === asked.turn;
  return (Boolean(asked.isPartial) && !told.isPartial) || (told.cut ? !asked.cut : false);
}

/** @param {TurnTiming} one @param {TurnTiming} other */
function byTurn(one, other) {
  return one.turn - other.turn;
}
