// @ts-check
/** What has gone wrong, and what can be done about it, in words. */
import { ApiError } from "../shared/phone_api.js";

/** @typedef {{ title: string, advice: string }} Fault */

/** @type {Readonly<Record<string, Fault>>} */
const FAULTS = {
  NotAllowedError: {
    title: "The microphone is not allowed",
    advice:
      "Allow it for this page: the sign at the left of the address has the switch. Then call again.",
  },
  NotFoundError: {
    title: "There is no microphone",
    advice: "Plug one in, or choose another one under Sound. Then call again.",
  },
  NotReadableError: {
    title: "The microphone cannot be opened",
    advice: "Another program may be using it. Close that, or choose another microphone.",
  },
  OverconstrainedError: {
    title: "The chosen microphone is not here",
    advice: "Choose another one under Sound. Then call again.",
  },
  NotSupportedError: {
    title: "This browser cannot make calls",
    advice: "It has no microphone for pages. A current Chrome, Edge, Firefox or Safari has.",
  },
  insecure: {
    title: "Browsers keep the microphone from this address",
    advice: "They give it only to https and to localhost. Open the page by one of these.",
  },
  unreached: {
    title: "The phone does not answer",
    advice:
      "It may have stopped, or something on the way takes no WebSockets. Call again in a moment.",
  },
  cut: {
    title: "The phone has not taken the call",
    advice: "It has closed the connection without a word. Call again in a moment.",
  },
  lost: {
    title: "The connection is lost",
    advice: "The network or the phone is gone. Call again when it is back.",
  },
  draining: {
    title: "The phone is about to stop",
    advice: "It finishes the calls it has and takes no new ones. Call again in a minute.",
  },
  busy: {
    title: "All lines are busy",
    advice: "The phone has as many calls as it can take. Call again in a moment.",
  },
};

/** What a phone's reason for refusing speaks of, and which fault that is. */
const REFUSALS = /** @type {const} */ ([
  [/drain|stop|shut/i, "draining"],
  [/busy|full|limit|load|many|capacity|rate/i, "busy"],
]);

/**
 * @param {unknown} error what was thrown, or a name of a fault
 * @returns {Fault}
 */
export function faultOf(error) {
  if (typeof error === "string") return Object.hasOwn(FAULTS, error) ? FAULTS[error] : FAULTS.cut;
  if (error instanceof ApiError) return faultOfAnswer(error);
  // What a worklet that cannot be loaded fails with: the phone has gone since the page was.
  if (error instanceof DOMException && error.name === "AbortError") return FAULTS.unreached;
  if (error instanceof DOMException && Object.hasOwn(FAULTS, error.name)) return FAULTS[error.name];
  const said = error instanceof Error ? error.message : String(error);
  return { title: "The call could not begin", advice: said };
}

/** @param {string} reason the phone's @returns {Fault} */
export function refusalOf(reason) {
  const known = REFUSALS.find(([words]) => words.test(reason));
  if (known !== undefined) return FAULTS[known[1]];
  return { title: "The phone does not take the call", advice: sentence(reason) };
}

/** @param {ApiError} error @returns {Fault} */
function faultOfAnswer({ status, message }) {
  if (status === 0) return FAULTS.unreached;
  if (status === 503) return refusalOf(message);
  return { title: "The phone does not take the call", advice: message };
}

/** @type {Readonly<Record<string, string>>} */
const ENDINGS = {
  "remote-hangup": "You have hung up",
  "local-hangup": "The agent has hung up",
  timeout: "Nothing was heard for too long",
};

/** @param {string} reason the phone's, of an end @returns {string} */
export function endingOf(reason) {
  if (Object.hasOwn(ENDINGS, reason)) return ENDINGS[reason];
  return /^[A-Z].* /.test(reason) ? reason : "The call is over";
}

/** @param {string} text */
function sentence(text) {
  const said = text.trim().replaceAll("-", " ");
  return said === ""
    ? FAULTS.cut.advice
    : `${said[0].toUpperCase()}${said.slice(1).replace(/\.?$/, ".")}`;
}
