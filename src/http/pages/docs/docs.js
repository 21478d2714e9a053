// @ts-check
/** Shows the document of the interface, and lets each operation be tried. */

import { byId, h } from "../shared/dom.js";
import { PhoneApi } from "../shared/phone_api.js";
import { askToken } from "../shared/sign_in.js";
import { listOfFields, marked, prose, typeOf } from "./schema.js";
import { trial } from "./trial.js";

/** @typedef {import("./schema.js").Schema} Schema */
/** @typedef {import("./trial.js").Operation} Operation */
/** @typedef {{ info: { title: string, version: string, description: string }, tags: { name: string }[],
 *   paths: Record<string, Record<string, Operation>>,
 *   components: { schemas: Record<string, Schema> } }} Document */

const api = new PhoneApi(askToken);

/** @param {Operation} operation */
function answersOf({ responses }) {
  const entries = Object.entries(responses).flatMap(([status, { description, content = {} }]) => {
    const types = Object.entries(content).map(([media, { schema }]) =>
      h("span", {}, " ", schema === undefined ? h("code", {}, media) : typeOf(schema))
    );
    return [h("dt", {}, status), h("dd", {}, description, ...types)];
  });
  return h("dl", {}, ...entries);
}

/** @param {string} method @param {string} path @param {Operation} operation @param {Document} document */
function operationOf(method, path, operation, document) {
  const parameters = (operation.parameters ?? []).filter(({ description }) => description);
  const id = `${method}${path.replace(/\W+/g, "-").replace(/-$/, "")}`;
  return h(
    "details",
    { class: "panel", id },
    h(
      "summary",
      {},
      h("span", { class: `method ${method}` }, method.toUpperCase()),
      h("code", {}, path),
      h("span", { class: "about" }, operation.summary),
    ),
    h(
      "div",
      { class: "inside" },
      ...prose(operation.description ?? ""),
      parameters.length > 0 && h("h3", {}, "Parameters"),
      parameters.length > 0 && h(
        "dl",
        {},
        ...parameters.flatMap(({ name, description, required, schema }) => [
          h("dt", {}, required ? name : `${name}?`),
          h("dd", {}, schema && typeOf(schema), " ", ...marked(description)),
        ]),
      ),
      h("h3", {}, "Answers"),
      answersOf(operation),
      trial(api, { method, path, operation, schemas: document.components.schemas }),
    ),
  );
}

/** @param {Document} document */
function show(document) {
  const { info, tags, paths, components } = document;
  byId("about", HTMLElement).textContent = info.description;
  const sections = tags.flatMap(({ name }) => {
    const operations = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods)
        .filter(([, { tags }]) => tags?.includes(name))
        .map(([method, operation]) => operationOf(method, path, operation, document))
    );
    return operations.length === 0 ? [] : [h("h2", {}, name), ...operations];
  });
  byId("operations", HTMLElement).replaceChildren(...sections);
  const shapes = Object.entries(components.schemas).sort(([one], [other]) => one < other ? -1 : 1);
  byId("shapes", HTMLElement).replaceChildren(...shapes.map(([name, schema]) =>
    h(
      "details",
      { class: "panel", id: `shape-${name}` },
      h("summary", {}, h("code", {}, name)),
      h("div", { class: "inside" }, listOfFields(schema)),
    )
  ));
}

/** Opens what the address names, so that a reference leads to what it says. */
function openNamed() {
  const named = document.getElementById(location.hash.slice(1));
  if (!(named instanceof HTMLDetailsElement)) return;
  named.open = true;
  named.scrollIntoView();
}

try {
  show(await (await api.fetch("openapi.json")).json());
  addEventListener("hashchange", openNamed);
  openNamed();
} catch (error) {
  byId("about", HTMLElement).textContent = error instanceof Error ? error.message : String(error);
}
