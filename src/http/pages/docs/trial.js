// @ts-check
/** Tries an operation. */

import { h } from "../shared/dom.js";

/** @typedef {import("./schema.js").Schema} Schema */
/** @typedef {{ summary: string, description?: string, tags?: string[],
 *   parameters?: { in: string, name: string, description?: string, required?: boolean, schema?: Schema }[],
 *   requestBody?: { content: Record<string, { schema: Schema }> },
 *   responses: Record<string, { description: string, content?: Record<string, { schema?: Schema }> }>
 * }} Operation */
/** @typedef {{ method: string, path: string, operation: Operation,
 *   schemas: Record<string, Schema> }} Trial */

/** What a page shows as text; streams, sockets and sounds it does not. */
const SHOWN = ["application/json", "text/plain"];

/**
 * Fields for what the operation takes, and a button that asks.
 *
 * @param {import("../shared/phone_api.js").PhoneApi} api
 * @param {Trial} trial
 * @returns {HTMLElement | undefined} nothing for an operation whose answer is no text
 */
export function trial(api, { method, path, operation, schemas }) {
  const answers = Object.entries(operation.responses).filter(([status]) => status.startsWith("2"));
  const media = answers.flatMap(([, { content = {} }]) => Object.keys(content));
  if (!media.some((type) => SHOWN.includes(type))) return undefined;
  const id = `${method}${path}`;
  const inputs = (operation.parameters ?? []).map(({ in: place, name, required }) => ({
    place,
    name,
    input: h("input", { class: "input", id: `${id} ${name}`, required, spellcheck: "false" }),
  }));
  const example = exampleOf(operation, schemas);
  const body = example === undefined
    ? undefined
    : h("textarea", { id: `${id} body`, spellcheck: "false" }, JSON.stringify(example, null, 2));
  // What came of it is read aloud; what the answer holds, whoever goes there reads.
  const outcome = h("p", { role: "status" });
  const result = h("pre", { hidden: true, tabindex: "0", role: "region", "aria-label": "Answer" });
  /** @param {string} words @param {string} [text] */
  const show = (words, text = "") => {
    outcome.textContent = words;
    result.hidden = text === "";
    result.textContent = indented(text);
  };
  let asked = 0;
  const ask = async () => {
    const number = ++asked;
    /** @type {[words: string, text?: string]} */
    let shown;
    show("Asking …");
    try {
      const response = await api.fetch(addressOf(path, inputs), {
        method: method.toUpperCase(),
        ...(body !== undefined && { body: parsed(body.value) }),
      });
      const text = await response.text();
      shown = [`Status ${response.status}${text === "" ? ", and no more" : ""}`, text];
    } catch (error) {
      const { status = 0, message = "", body = "" } =
        /** @type {{ status?: number, message?: string, body?: string }} */ (error);
      shown = status > 0 ? [`Status ${status}`, body || message] : [message];
    }
    // An answer that was slow does not take the place of a later one.
    if (number === asked) show(...shown);
  };
  return h(
    "form",
    {
      onsubmit: (/** @type {Event} */ event) => {
        event.preventDefault();
        void ask();
      },
    },
    h("h3", {}, "Try it"),
    h(
      "div",
      { class: "fields" },
      ...inputs.map(({ name, input }) =>
        h("div", { class: "field" }, h("label", { for: input.id }, name), input)
      ),
      body && h("div", { class: "field" }, h("label", { for: body.id }, "Body"), body),
    ),
    h("button", { class: "button", type: "submit" }, "Send"),
    outcome,
    result,
  );
}

/**
 * @param {string} path
 * @param {{ place: string, name: string, input: HTMLInputElement }[]} inputs
 */
function addressOf(path, inputs) {
  const query = new URLSearchParams();
  let address = path.slice(1);
  for (const { place, name, input: { value } } of inputs) {
    if (place === "path") address = address.replace(`{${name}}`, encodeURIComponent(value));
    else if (value !== "") query.set(name, value);
  }
  return query.size === 0 ? address : `${address}?${query}`;
}

/** @param {Operation} operation @param {Record<string, Schema>} schemas @returns {unknown} */
function exampleOf({ requestBody }, schemas) {
  const schema = requestBody?.content["application/json"]?.schema;
  if (schema === undefined) return undefined;
  const name = schema.$ref?.split("/").at(-1);
  return (name === undefined ? schema : schemas[name]).examples?.[0] ?? {};
}

/** @param {string} text @returns {unknown} @throws {SyntaxError} that says what to do about it */
function parsed(text) {
  try {
    return JSON.parse(text || "{}");
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new SyntaxError(`The body has to be JSON, and is not: ${why}`);
  }
}

/** @param {string} text */
function indented(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
