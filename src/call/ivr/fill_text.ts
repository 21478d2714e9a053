/** The texts of a menu with the values of a call. */

/**
 * Puts the value of each variable in the place of its `{name}`; `{name digits}` is read digit by digit.
 * What is not known is left out.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { fillText } from "@sofia/phone/call";
 *
 * const variables = { account: "4122" };
 * assert.equal(fillText("You pressed {account digits}.", variables), "You pressed 4 1 2 2.");
 * ```
 */
export function fillText(text: string, variables: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)( digits)?\}/g, (_, name: string, digits?: string) => {
    const value = Object.hasOwn(variables, name) ? variables[name] : "";
    return digits === undefined ? value : [...value].join(" ");
  });
}
