// @ts-check
/** The sheet's colours for a canvas, which knows no custom properties. */

/** @typedef {{ caller: string, agent: string, line: string, dim: string, warn: string, chosen: string }} Colours */

const NAMES = /** @type {const} */ (["caller", "agent", "line", "dim", "warn", "chosen"]);

/** @type {Colours | undefined} */
let colours;
addEventListener("scheme", () => colours = undefined);

/** @returns {Colours} those of the scheme that is shown */
export function palette() {
  colours ??= read();
  return colours;
}

/** @returns {Colours} */
function read() {
  // `light-dark()` is settled only where a property is used, so an element has to use it.
  const probe = document.createElement("i");
  document.body.append(probe);
  const entries = NAMES.map((name) => {
    probe.style.color = `var(--${name})`;
    return [name, getComputedStyle(probe).color];
  });
  probe.remove();
  return Object.fromEntries(entries);
}
