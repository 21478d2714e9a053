// @ts-check
/** Dialogs that ask for something before it is done. */

import { h } from "../shared/dom.js";
import { complain } from "./notices.js";

/** @typedef {import("../shared/dom.js").Child} Child */

/**
 * @typedef {object} Question
 * @property {string} title
 * @property {string} [text]
 * @property {Child[]} [fields]
 * @property {string} yes What the button says that does it.
 * @property {boolean} [isDangerous]
 * @property {string} [doing] What is said while it is done, where that takes long.
 * @property {() => Promise<unknown>} act Does it; what it throws is shown in the dialog, which stays.
 */

let opened = 0;

/**
 * Opens a dialog, and gives the keyboard back to where it was.
 *
 * @param {Question} question
 * @returns {() => void} closes it, as what it asks for makes no sense any more
 */
export function ask({ title, text, fields = [], yes, isDangerous = false, doing, act }) {
  const id = `question-${opened++}`;
  const error = h("p", { class: "notice bad", role: "alert", hidden: true });
  const status = h("p", { class: "dim", role: "status" });
  const button = h("button", { class: `button primary${isDangerous ? " danger" : ""}` }, yes);
  const cancel = h(
    "button",
    { class: "button", type: "button", onclick: () => dialog.close() },
    "Cancel",
  );
  const form = h(
    "form",
    { method: "dialog" },
    h("h2", { id: `${id}-title` }, title),
    text !== undefined && h("p", { class: "dim", id: `${id}-text` }, text),
    ...fields,
    error,
    doing !== undefined && status,
    h("div", { class: "ends" }, cancel, button),
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    // The button keeps the keyboard, which a disabled one would lose.
    if (button.ariaDisabled === "true") return;
    button.ariaDisabled = "true";
    error.hidden = true;
    status.textContent = doing ?? "";
    // What is under way goes on when the dialog is closed.
    cancel.textContent = doing === undefined ? "Cancel" : "Close";
    try {
      await act();
      dialog.close();
    } catch (reason) {
      // Who has closed the dialog meanwhile is told too.
      if (!dialog.open) complain(reason, `${title}:`);
      error.textContent = reason instanceof Error ? reason.message : String(reason);
      error.hidden = false;
    }
    button.ariaDisabled = null;
    status.textContent = "";
    cancel.textContent = "Cancel";
  });
  const dialog = openDialog(id, text !== undefined, form);
  // What hurts is not what a careless Enter does.
  if (isDangerous) cancel.focus();
  else (fieldOf(form) ?? button).focus();
  return () => dialog.close();
}

/** @param {HTMLElement} form @returns {HTMLElement | null} its first field */
function fieldOf(form) {
  return form.querySelector("input, textarea");
}

/**
 * @param {string} id
 * @param {boolean} isDescribed
 * @param {...Node} children
 */
function openDialog(id, isDescribed, ...children) {
  const before = document.activeElement;
  const dialog = h("dialog", {
    "aria-labelledby": `${id}-title`,
    "aria-describedby": isDescribed ? `${id}-text` : undefined,
  }, ...children);
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (before instanceof HTMLElement) before.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/**
 * A dialog that only tells something.
 *
 * @param {string} title
 * @param {...Child} children
 */
export function explain(title, ...children) {
  const id = `question-${opened++}`;
  const close = h("button", { class: "button primary", onclick: () => dialog.close() }, "Close");
  const dialog = openDialog(
    id,
    false,
    h(
      "div",
      { class: "stack" },
      h("h2", { id: `${id}-title` }, title),
      ...children,
      h("div", { class: "ends" }, close),
    ),
  );
  close.focus();
}

/**
 * @param {string} label
 * @param {HTMLInputElement | HTMLTextAreaElement} input
 * @param {string} [hint]
 */
export function field(label, input, hint) {
  const id = `field-${opened++}`;
  input.id = id;
  if (hint !== undefined) input.setAttribute("aria-describedby", `${id}-hint`);
  return h(
    "div",
    { class: "field" },
    h("label", { for: id }, label),
    input,
    hint !== undefined && h("p", { class: "dim hint", id: `${id}-hint` }, hint),
  );
}
