// @ts-check
/** A schema of the document, as people read it. */

import { h } from "../shared/dom.js";

/** @typedef {{ $ref?: string, type?: string, const?: unknown, enum?: unknown[], items?: Schema,
 *   anyOf?: Schema[], properties?: Record<string, Schema>, required?: string[], description?: string,
 *   additionalProperties?: Schema | boolean, default?: unknown, examples?: unknown[] }} Schema */

/**
 * Its type in a few words, with a link where it has a name.
 *
 * @param {Schema} schema
 * @returns {HTMLElement}
 */
export function typeOf(schema) {
  const name = schema.$ref?.split("/").at(-1);
  if (name !== undefined) {
    return h("a", { class: "type", href: `docs#shape-${name}` }, name);
  }
  const type = h("span", { class: "type" });
  if (schema.items !== undefined) type.append("list of ", typeOf(schema.items));
  else if (schema.anyOf !== undefined) {
    schema.anyOf.forEach((one, index) => type.append(index > 0 ? " or " : "", typeOf(one)));
  } else if (schema.enum !== undefined) {
    type.append(schema.enum.map((one) => JSON.stringify(one)).join(" | "));
  } else if ("const" in schema) type.append(JSON.stringify(schema.const));
  else if (typeof schema.additionalProperties === "object") {
    type.append("by name: ", typeOf(schema.additionalProperties));
  } else if (schema.properties !== undefined) {
    type.append(`{ ${Object.keys(schema.properties).join(", ")} }`);
  } else type.append(schema.type ?? "anything");
  return type;
}

/**
 * The fields of an object, or the type of anything else.
 *
 * @param {Schema} schema
 */
export function listOfFields(schema) {
  if (schema.properties === undefined) return typeOf(schema);
  const entries = Object.entries(schema.properties).flatMap(([name, field]) => {
    const isNeeded = schema.required?.includes(name) === true;
    const fallback = field.default === undefined ? "" : ` Else ${JSON.stringify(field.default)}.`;
    return [
      h("dt", {}, isNeeded ? name : `${name}?`),
      h("dd", {}, typeOf(field), " ", ...marked(field.description), fallback),
    ];
  });
  return h("dl", {}, ...entries);
}

/**
 * Paragraphs and lists of a description, with code where it is marked.
 *
 * @param {string} text
 * @returns {HTMLElement[]}
 */
export function prose(text) {
  return text.split("\n\n").filter((part) => part !== "").map((part) => {
    const items = part.split("\n").filter((line) => line.startsWith("- "));
    return items.length === 0
      ? h("p", {}, ...marked(part))
      : h("ul", {}, ...items.map((item) => h("li", {}, ...marked(item.slice(2)))));
  });
}

/** @param {string} [text] with code between backticks */
export function marked(text = "") {
  return text.split("`").map((part, index) => index % 2 === 0 ? part : h("code", {}, part));
}
