// @ts-check
/** The page: a button that calls, and what a call looks like. */
import { byId, changeIcon, h, icon, setText } from "../shared/dom.js";
import { duration, milliseconds } from "../shared/format.js";
import { PhoneApi } from "../shared/phone_api.js";
import { askToken } from "../shared/sign_in.js";
import { Captions } from "./captions.js";
import { Keypad } from "./keypad.js";
import { Meters } from "./meters.js";
import { PhoneCall } from "./phone_call.js";
import { SoundSettings } from "./settings.js";

/** @typedef {import("./words.js").Fault} Fault */

/** Most voices that machines speak with have this rate, and it carries all of speech. */
const RATES = [24_000, 16_000, 48_000];

const STEPS = {
  microphone: { status: "May we hear you?", hint: "Allow the microphone when the browser asks." },
  connecting: { status: "Calling…", hint: "The phone is asked to answer." },
  ringing: { status: "Ringing…", hint: "The agent is about to answer." },
};

const query = new URLSearchParams(location.search);
const api = new PhoneApi(askToken);
const captions = new Captions(byId("captions", HTMLElement));
const meters = new Meters();
const settings = new SoundSettings(() => void call?.applySettings());
const keypad = new Keypad(byId("keypad", HTMLElement), (key) => call?.press(key));
const buttons = {
  call: byId("call", HTMLButtonElement),
  mute: byId("mute", HTMLButtonElement),
  keys: byId("keys", HTMLButtonElement),
  hangup: byId("hangup", HTMLButtonElement),
};
/** @type {PhoneCall | undefined} */
let call;
/** When the call was answered, in ms of the page. */
let answeredAt = 0;

function begin() {
  if (call !== undefined) return;
  captions.clear();
  meters.clear();
  show("calling");
  const one = new PhoneCall({
    address,
    callRate: RATES.find((rate) => rate === Number(query.get("rate"))) ?? RATES[0],
    parties: parties(),
    settings: () => settings.value,
  }, {
    onStep: (step) => say(STEPS[step].status, STEPS[step].hint),
    onAnswered: () => {
      answeredAt = performance.now();
      show("talking");
      say("Connected", "");
      buttons.hangup.focus();
      // The names of devices are told from now on.
      void settings.refresh();
    },
    onCaption: (entry) => captions.show(entry),
    onDigit: (digit) => pass(`The agent has pressed ${digit}.`),
    onClear: () => meters.wasInterrupted(),
    onMeasured: () => showMeasures(one),
    onNotice: pass,
    onOver: (ending) => over(ending),
  });
  call = one;
  requestAnimationFrame((now) => draw(one, now));
}

/** @param {{ fault?: Fault, reason?: string }} ending */
function over({ fault, reason }) {
  const lasted = document.body.dataset.state === "talking" ? performance.now() - answeredAt : 0;
  call = undefined;
  setText(byId("call-label", HTMLElement), "Call again");
  // Who has hung up before there was an answer knows why.
  const isFirst = lasted === 0 && fault === undefined && reason === undefined;
  show(isFirst ? "ready" : "over", fault);
  if (isFirst) say("Talk to the agent", "Press the button, allow the microphone, and speak.");
  else {
    const words = fault !== undefined
      ? lasted > 0 ? "The call was cut off" : "No call"
      : reason ?? "You have hung up";
    say(words, lasted > 0 ? `The call lasted ${duration(lasted)}.` : "");
  }
  buttons.call.focus();
}

/** @param {"ready" | "calling" | "talking" | "over"} state @param {Fault} [fault] */
function show(state, fault) {
  document.body.dataset.state = state;
  const isInCall = state === "calling" || state === "talking";
  buttons.call.hidden = isInCall;
  byId("controls", HTMLElement).hidden = !isInCall;
  buttons.mute.disabled = buttons.keys.disabled = state !== "talking";
  byId("measures", HTMLElement).hidden = state !== "talking";
  byId("speaking", HTMLElement).hidden = state !== "talking";
  byId("hint", HTMLElement).hidden = state === "talking";
  setText(byId("delay", HTMLElement), "");
  setText(byId("speaking", HTMLElement), "");
  setText(byId("timer", HTMLElement), "0:00");
  setText(byId("notice", HTMLElement), "");
  const notice = byId("fault", HTMLElement);
  notice.hidden = fault === undefined;
  notice.replaceChildren(
    ...fault === undefined
      ? []
      : [icon("alert"), h("div", {}, h("strong", {}, fault.title), fault.advice)],
  );
  showMute(false);
  showKeys(false);
}

/** @param {string} status @param {string} hint */
function say(status, hint) {
  setText(byId("status", HTMLElement), status);
  setText(byId("hint", HTMLElement), hint);
}

/** @param {string} message of something the call survives */
function pass(message) {
  setText(byId("notice", HTMLElement), message);
}

/** @param {boolean} isMuted */
function showMute(isMuted) {
  buttons.mute.setAttribute("aria-pressed", String(isMuted));
  const picture = buttons.mute.querySelector("svg");
  if (picture !== null) changeIcon(picture, isMuted ? "mic-off" : "mic");
  meters.isMuted = isMuted;
}

/** @param {boolean} areShown */
function showKeys(areShown) {
  buttons.keys.setAttribute("aria-expanded", String(areShown));
  byId("keypad", HTMLElement).hidden = !areShown;
  const isInCall = document.body.dataset.state === "calling" ||
    document.body.dataset.state === "talking";
  byId("presence", HTMLElement).hidden = areShown || !isInCall;
}

function toggleMute() {
  if (call === undefined || document.body.dataset.state !== "talking") return;
  call.mute(!call.isMuted);
  showMute(call.isMuted);
}

/** @param {PhoneCall} one */
function showMeasures({ measures: { roundTripMs, bufferMs, late }, outputMs }) {
  if (document.body.dataset.state !== "talking") return;
  const trip = roundTripMs === undefined ? "…" : milliseconds(roundTripMs);
  setText(byId("round-trip", HTMLElement), trip);
  setText(byId("buffer", HTMLElement), milliseconds(bufferMs));
  setText(byId("output", HTMLElement), milliseconds(outputMs));
  setText(byId("late", HTMLElement), String(late));
  if (roundTripMs === undefined) return;
  setText(
    byId("delay", HTMLElement),
    `Round trip ${milliseconds(roundTripMs)}, playing ${milliseconds(bufferMs + outputMs)}`,
  );
}

/** @param {PhoneCall} one draws it as long as it is the call @param {number} now */
function draw(one, now) {
  if (call !== one) return;
  const { levels } = one;
  if (levels !== undefined && document.body.dataset.state === "talking") {
    meters.show(levels, now);
    setText(byId("timer", HTMLElement), duration(performance.now() - answeredAt));
  }
  requestAnimationFrame((now) => draw(one, now));
}

/** @param {string} path @returns {Promise<string>} a WebSocket's address, which is good once */
async function address(path) {
  const { ticket } = await api.post("tickets");
  const url = new URL(path, document.baseURI);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  url.searchParams.set("ticket", ticket);
  return url.href;
}

/** Who calls whom, if the page's address says so: `/phone?from=anna&to=support`. */
function parties() {
  const named = ["from", "to"].map((name) => [name, query.get(name)]);
  return Object.fromEntries(named.filter(([, value]) => value !== null && value !== ""));
}

buttons.call.addEventListener("click", begin);
buttons.hangup.addEventListener("click", () => call?.hangUp());
buttons.mute.addEventListener("click", toggleMute);
buttons.keys.addEventListener(
  "click",
  () => showKeys(buttons.keys.getAttribute("aria-expanded") === "false"),
);
document.addEventListener("visibilitychange", () => call?.wake());
addEventListener("keydown", (event) => {
  const { key, ctrlKey, metaKey, altKey, repeat, target } = event;
  // Where one button takes the place of another, a key that is held would press that too.
  if (repeat && key === "Enter") event.preventDefault();
  if (call === undefined || ctrlKey || metaKey || altKey || repeat) return;
  if (target instanceof HTMLSelectElement || target instanceof HTMLInputElement) return;
  if (keypad.take(event) || key.toLowerCase() !== "m") return;
  toggleMute();
});
