// @ts-check
/** Elements from script. All that is shown goes in as text, so what a caller sends is never markup. */

/** @typedef {Node | string | number | null | undefined | false} Child */
/** @typedef {Record<string, unknown>} Props */

const SVG = "http://www.w3.org/2000/svg";

/**
 * Makes an element. `class` and attributes are set as such, functions become listeners of the event
 * they are named after (`onclick`), `true` is an empty attribute; `false` and `undefined` are none.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Props} [props]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === false || value === null) continue;
    if (typeof value === "function") {
      element.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    } else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...present(children));
  return element;
}

/**
 * A picture of icons.svg, which says nothing to those who cannot see it.
 *
 * @param {string} name
 * @returns {SVGSVGElement}
 */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", iconAddress(name));
  svg.append(use);
  return svg;
}

/** @param {SVGSVGElement} svg @param {string} name Shows another picture in it. */
export function changeIcon(svg, name) {
  const [use, address] = [svg.firstElementChild, iconAddress(name)];
  if (use !== null && use.getAttribute("href") !== address) use.setAttribute("href", address);
}

/** @param {string} name */
function iconAddress(name) {
  return `shared/icons.svg#${name}`;
}

/**
 * Gives an element other text, if it is other: what has not changed costs no layout.
 *
 * @param {Node} node
 * @param {string} text
 */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** @param {Element} element @param {string} name @param {string | undefined} value */
export function setAttribute(element, name, value) {
  if (value === undefined) element.removeAttribute(name);
  else if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/**
 * The element of the page with this id, which must be of this class.
 *
 * @template {Element} Type
 * @param {string} id
 * @param {new () => Type} type
 * @returns {Type}
 */
export function byId(id, type) {
  const element = document.getElementById(id);
  if (!(element instanceof type)) {
    throw new TypeError(
      `Cannot use #${id} as the page needs a ${type.name}: current value is ${element}`,
    );
  }
  return element;
}

/** @param {readonly Child[]} children @returns {(Node | string)[]} */
function present(children) {
  return children
    .filter((child) => child !== null && child !== undefined && child !== false)
    .map((child) =>
      typeof child === "number" ? String(child) : /** @type {Node | string} */ (child)
    );
}
