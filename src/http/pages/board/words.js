// @ts-check
/** What the phone tells in single words, in sentences for people. */

import { nameOf, plain } from "../shared/format.js";

/** @typedef {import("./wire.js").CallView} CallView */
/** @typedef {import("./wire.js").CallEnd} CallEnd */
/** @typedef {Pick<CallView, "direction" | "from" | "to">} Parties */

/** @param {Parties} parties @returns {string} who the call is with */
export function peerOf({ direction, from, to }) {
  return direction === "out" ? nameOf(to) : isKnown(from) ? nameOf(from) : "Unknown caller";
}

/** @param {Parties} parties @returns {string} how the other side of it came to be in the call */
export function wayOf({ direction, from, to }) {
  if (direction === "out") return isKnown(from) ? `called by ${nameOf(from)}` : "called by us";
  return isKnown(to) ? `to ${nameOf(to)}` : "to us";
}

/** @param {Parties} parties @returns {string} the way, after the number of who is called by a name */
export function numberAndWayOf(parties) {
  const { user, name } = parties.direction === "out" ? parties.to : parties.from;
  const number = plain(user);
  if (number === "" || plain(name ?? "") === "") return wayOf(parties);
  return parties.direction === "out"
    ? `${number}, ${wayOf(parties)}`
    : `${number} ${wayOf(parties)}`;
}

/** @param {import("./wire.js").Party} party */
function isKnown({ user, name }) {
  return plain(user) !== "" || plain(name ?? "") !== "";
}

/** @param {CallView} view @returns {{ who: "caller" | "agent" | "", words: string }} who is heard now */
export function speakerOf(view) {
  if (view.state === "arriving") return { who: "", words: "Arriving" };
  if (view.state === "calling") return { who: "", words: "Ringing" };
  if (view.isOnHold) return { who: "", words: "On hold" };
  const { caller, agent } = view.speaking;
  if (caller && agent) return { who: "caller", words: "Both speak" };
  if (caller) return { who: "caller", words: "Caller speaks" };
  if (agent) return { who: "agent", words: "Agent speaks" };
  return { who: "", words: view.isMuted ? "Muted" : "Silence" };
}

/** @type {Readonly<Record<string, string>>} */
const ENDS = Object.assign(Object.create(null), {
  remote: "The other side hung up",
  local: "We hung up",
  cancelled: "The caller gave up",
  timeout: "The other side does not answer any more",
  expired: "The session timer ran out",
  unseen: "Ended while this page was away",
});

/** @param {CallEnd} end @returns {string} why a call is over */
export function endWords({ cause, status, reason, transferredTo, error }) {
  if (transferredTo === "park") return "Parked";
  if (transferredTo !== undefined) return `Transferred to ${transferredTo}`;
  const words = ENDS[cause] ?? sentence(cause);
  const because = error ?? reasonWords(reason) ??
    (status === undefined ? undefined : `status ${status}`);
  // FreeSWITCH gives a reason for every end, also where there is nothing to say.
  return because === undefined || because === "NORMAL_CLEARING" ? words : `${words}: ${because}`;
}

/** @param {string | undefined} reason `Q.850;cause=16;text="done"` @returns {string | undefined} `done` */
function reasonWords(reason) {
  return /text="?([^";]+)/.exec(reason ?? "")?.[1] ?? reason;
}

/** @param {string} word `media-timeout` @returns {string} `Media timeout` */
function sentence(word) {
  const words = word.replace(/[-_]+/g, " ").trim();
  return words === "" ? "Ended" : words[0].toUpperCase() + words.slice(1);
}
