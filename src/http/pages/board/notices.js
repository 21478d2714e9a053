// @ts-check
/** Short words at the foot of the page: what was done, and what could not be. */

import { byId, h, icon } from "../shared/dom.js";

/** How long good news is shown, in ms. What went wrong stays until it is put away. */
const SHOWN_MS = 4000;
/** Notices at a time; the oldest goes first. */
const MOST = 3;

/** @param {string} words Tells that something was done. */
export function tell(words) {
  const notice = show("notice", "status", h("span", {}, words));
  setTimeout(() => notice.remove(), SHOWN_MS);
}

/** @param {unknown} error @param {string} what what could not be done */
export function complain(error, what) {
  if (error instanceof Error && error.name === "AbortError") return;
  const words = `${what} ${error instanceof Error ? error.message : error}`;
  // What fails again and again is told once.
  if ([...byId("notices", HTMLElement).children].some((old) => old.textContent === words)) return;
  const button = h("button", {
    class: "button plain round",
    "aria-label": "Put away",
    onclick: () => notice.remove(),
  }, icon("close"));
  const notice = show(
    "notice bad",
    "alert",
    icon("alert"),
    h("span", {}, words),
    button,
  );
}

/** @param {string} className @param {string} role @param {...Node} children */
function show(className, role, ...children) {
  const box = byId("notices", HTMLElement);
  const notice = h("div", { class: className, role }, ...children);
  box.append(notice);
  while (box.childElementCount > MOST) box.firstElementChild?.remove();
  return notice;
}
