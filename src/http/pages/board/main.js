// @ts-check
/** The board: puts its parts together, and shows what the address names. */

import { byId, h, icon } from "../shared/dom.js";
import { PhoneApi } from "../shared/phone_api.js";
import { askToken } from "../shared/sign_in.js";
import { Board } from "./board.js";
import { CallDetail } from "./call_detail.js";
import { Frames } from "./frames.js";
import { HistoryPane } from "./history_pane.js";
import { LivePane } from "./live_pane.js";
import { LostBanner } from "./lost_banner.js";
import { complain } from "./notices.js";
import { PastDetail } from "./past_detail.js";
import { Shortcuts } from "./shortcuts.js";
import { TopLine } from "./top_line.js";

const api = new PhoneApi(askToken);
const board = new Board(api);
const frames = new Frames();
const top_ = new TopLine();
const lost = new LostBanner(board);
const live = new LivePane(board, frames, (id) => go(`live/${encodeURIComponent(id)}`));
const history_ = new HistoryPane(api, frames, (id) => go(`history/${encodeURIComponent(id)}`));
const detailBox = byId("detail", HTMLElement);

/** @type {CallDetail | PastDetail | undefined} */
let detail;
/** The call that is shown, and where. */
let shown = { place: "", id: "" };

/** @param {string} to Shows what `#to` names. */
function go(to) {
  if (location.hash === `#${to}`) show();
  else location.hash = to;
}

function back() {
  go(shown.place === "history" ? "history" : "live");
}

/** Shows the place and the call that the address names. */
function show() {
  const [place = "", name = ""] = location.hash.slice(1).split("/");
  const isHistory = place === "history";
  const id = decoded(name);
  const wasElsewhere = shown.place !== (isHistory ? "history" : "live");
  document.body.dataset.place = isHistory ? "history" : "live";
  document.body.dataset.pane = id === "" ? "list" : "detail";
  byId("live-pane", HTMLElement).hidden = isHistory;
  byId("history-pane", HTMLElement).hidden = !isHistory;
  for (
    const [link, isHere]
      of /** @type {const} */ ([["to-live", !isHistory], ["to-history", isHistory]])
  ) {
    if (isHere) byId(link, HTMLElement).setAttribute("aria-current", "page");
    else byId(link, HTMLElement).removeAttribute("aria-current");
  }
  document.title = `${isHistory ? "History" : "Calls"} · sofia-phone`;
  if (wasElsewhere && isHistory) history_.open();
  if (wasElsewhere && !isHistory) history_.close();
  const list = isHistory ? history_.list : live.list;
  const wasShown = shown.id;
  if (wasElsewhere || id !== shown.id) {
    detail?.close();
    detail = undefined;
    shown = { place: isHistory ? "history" : "live", id };
    if (id === "") nothing(isHistory);
    else if (isHistory) void openPast(id);
    else void openLive(id);
  }
  list.mark(id === "" ? undefined : id);
  if (id === "" && wasShown !== "" && !wasElsewhere) list.focus();
}

/** @param {string} name as the address has it @returns {string} a call's; what is no name is shown as it is */
function decoded(name) {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** @param {boolean} isHistory */
function nothing(isHistory) {
  detailBox.replaceChildren(
    h(
      "div",
      { class: "empty" },
      icon(isHistory ? "history" : "live"),
      h("h2", {}, "No call is chosen"),
      h(
        "p",
        {},
        isHistory
          ? "Choose a past call to read it, hear it, and see why answers were slow."
          : "Choose a call to follow it: what is said, how the line is, where the time goes.",
      ),
      h("p", {}, h("kbd", {}, "?"), " shows the keys."),
    ),
  );
}

/** @param {string} id */
async function openLive(id) {
  const call = board.calls.get(id);
  if (call !== undefined) showLive(call);
  else detailBox.replaceChildren(h("p", { class: "empty", role: "status" }, "Loading …"));
  try {
    await board.fill(id);
  } catch (error) {
    if (!isShown("live", id) || detail !== undefined) return;
    // What is over is in the history.
    if (error instanceof Error && "status" in error && error.status === 404) {
      return go(`history/${encodeURIComponent(id)}`);
    }
    nothing(false);
    complain(error, "The call cannot be shown.");
  }
  const filled = board.calls.get(id);
  if (isShown("live", id) && detail === undefined && filled !== undefined) showLive(filled);
}

/** @param {string} place @param {string} id @returns {boolean} whether the page still shows it */
function isShown(place, id) {
  return shown.place === place && shown.id === id;
}

/** @param {import("./live_call.js").LiveCall} call */
function showLive(call) {
  detail = new CallDetail(board, api, call, back);
  present(detail);
}

/** @param {string} id */
async function openPast(id) {
  detailBox.replaceChildren(h("p", { class: "empty", role: "status" }, "Loading …"));
  try {
    const call = await api.json(`history/${encodeURIComponent(id)}`);
    if (!isShown("history", id)) return;
    detail = new PastDetail(call, { api, frames, onBack: back });
    present(detail);
  } catch (error) {
    if (!isShown("history", id)) return;
    nothing(true);
    complain(error, "The call cannot be shown.");
  }
}

/** @param {CallDetail | PastDetail} detail */
function present(detail) {
  detailBox.replaceChildren(detail.element);
  detailBox.scrollTop = 0;
  detail.opened();
  // Where only one of the panes is seen, the list that had the keyboard is gone.
  if (matchMedia("(max-width: 60rem)").matches) detailBox.focus({ preventScroll: true });
}

/** @returns {CallDetail | undefined} */
function liveDetail() {
  return detail instanceof CallDetail ? detail : undefined;
}

/** Draws what moves. */
function draw() {
  live.draw();
  liveDetail()?.draw();
}

const showDetail = () => liveDetail()?.show();
const showWords = () => liveDetail()?.showWords();
board.on("call", (id) => id === shown.id && frames.request(showDetail));
board.on("words", (id) => id === shown.id && frames.request(showWords));
board.on("trouble", (_, trouble) => complain(trouble, "In the phone:"));
board.on("record", (_, past) => history_.add(past));
board.on("anew", () => {
  history_.reset();
  // What was said while we were away was told to nobody.
  const open = liveDetail();
  if (open?.isLive) board.fill(open.call.view.id).catch(() => {});
});
board.on("status", () => top_.show(board.status));
board.on("levels", () => frames.isStill && frames.request(draw));
addEventListener("scheme", () => (top_.draw(), frames.request(draw)));
addEventListener("resize", () => frames.request(draw));
/** Ends the motion; undefined while nothing moves. @type {(() => void) | undefined} */
let hold;
board.on("calls", () => {
  const moves = [...board.calls.values()].some(({ end }) => end === undefined);
  if (moves) hold ??= frames.move(() => frames.isStill || draw());
  else hold = void hold?.();
  frames.request(draw);
  // A caller who was cut off has come back.
  const [open, now] = [liveDetail(), board.calls.get(shown.id)];
  if (open !== undefined && now !== undefined && open.call !== now) {
    open.close();
    detail = undefined;
    void openLive(shown.id);
  }
});
setInterval(() => {
  lost.tick();
  // Of what we do not hear we do not know whether it lasts.
  if (board.connection.state !== "open") return;
  live.tick();
  liveDetail()?.tick();
}, 500);

const act =
  (/** @type {"listen" | "say" | "transfer" | "record" | "keys" | "hangup"} */ what) => () => {
    const open = liveDetail();
    if (open !== undefined && open.isLive) void open.actions[what]();
  };
/** @type {Shortcuts} */
const shortcuts = new Shortcuts([
  { key: "?", words: "These keys", act: () => shortcuts.help() },
  { key: "/", words: "Search", act: () => (shown.place === "history" ? history_ : live).search() },
  { key: "1", words: "Live calls", act: () => go("live") },
  { key: "2", words: "History", act: () => go("history") },
  {
    key: "j",
    words: "Next call",
    act: () => (shown.place === "history" ? history_ : live).list.step(1),
  },
  {
    key: "k",
    words: "Call before",
    act: () => (shown.place === "history" ? history_ : live).list.step(-1),
  },
  { key: "l", words: "Listen in", act: act("listen") },
  { key: "s", words: "Say", act: act("say") },
  { key: "t", words: "Transfer", act: act("transfer") },
  { key: "r", words: "Record", act: act("record") },
  { key: "d", words: "Keypad", act: act("keys") },
  { key: "x", words: "Hang up", act: act("hangup") },
  {
    key: "p",
    words: "Play the recording, or pause",
    act: () => detail instanceof PastDetail && detail.player?.toggle(),
  },
]);
byId("help", HTMLElement).addEventListener("click", () => shortcuts.help());
byId("skip", HTMLElement).addEventListener("click", (event) => {
  event.preventDefault();
  (shown.place === "history" ? history_ : live).list.focus();
});
addEventListener("keydown", (event) => {
  const isFree = event.key === "Escape" && !event.defaultPrevented &&
    document.querySelector("dialog[open]") === null;
  if (isFree && shown.id !== "") back();
});
addEventListener("hashchange", show);
live.update();
show();
