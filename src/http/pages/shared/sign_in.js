// @ts-check
/** The dialog that asks for the phone's token. */

import { h } from "./dom.js";

/**
 * Asks until there is one.
 *
 * @param {boolean} wasWrong whether one was given that the phone does not take
 * @returns {Promise<string>}
 */
export function askToken(wasWrong) {
  const { promise, resolve } = Promise.withResolvers();
  const input = h("input", {
    class: "input",
    id: "token",
    type: "password",
    autocomplete: "current-password",
    required: true,
    spellcheck: "false",
    "aria-describedby": wasWrong ? "token-wrong token-hint" : "token-hint",
    "aria-invalid": wasWrong ? "true" : undefined,
  });
  const form = h(
    "form",
    { method: "dialog" },
    h("h2", { id: "sign-in-title" }, "This phone asks for a token"),
    wasWrong &&
      h(
        "p",
        { class: "notice bad", id: "token-wrong", role: "alert" },
        "That is not its token. Try again.",
      ),
    h("div", { class: "field" }, h("label", { for: "token" }, "Token"), input),
    h(
      "p",
      { class: "dim", id: "token-hint" },
      "It is the one the phone was started with. This tab keeps it until it is closed.",
    ),
    h("div", { class: "ends" }, h("button", { class: "button primary" }, "Sign in")),
  );
  const dialog = h("dialog", { "aria-labelledby": "sign-in-title" }, form);
  // Nothing of the page works without it.
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  dialog.addEventListener("close", () => {
    dialog.remove();
    const token = input.value.trim();
    resolve(token === "" ? askToken(false) : token);
  });
  document.body.append(dialog);
  dialog.showModal();
  input.focus();
  return promise;
}
