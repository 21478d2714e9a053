/** Checks of single values of a menu, which is written by hand and not always with types. */

/** @throws {TypeError} that names the place, the rule and the value */
export function refuse(place: string, rule: string, value: unknown): never {
  throw new TypeError(
    `Cannot use the menu as ${place} is ${rule}: current value is ${shown(value)}`,
  );
}

/** An object whose names are all of `known`. @throws {TypeError} if it is not */
export function requireObject(
  place: string,
  value: unknown,
  known: readonly string[],
): asserts value is Record<string, unknown> {
  if (!isObject(value)) refuse(place, "an object", value);
  const unknown = Object.keys(value).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  refuse(`${place}.${unknown}`, `not known there, where ${known.join(", ")} are`, value[unknown]);
}

/** @throws {TypeError} unless it is a text with something in it */
export function requireName(place: string, value: unknown): asserts value is string {
  if (typeof value !== "string" || value.trim() === "") refuse(place, "a text", value);
}

/** What `value[name]` has to be, if it is there. @throws {TypeError} if it is not */
export function requireTypes(
  place: string,
  value: Record<string, unknown>,
  types: Readonly<Record<string, "boolean" | "string" | "keys" | "duration" | "count" | "texts">>,
): void {
  for (const [name, type] of Object.entries(types)) {
    const one = value[name];
    if (one !== undefined && !RULES[type].holds(one)) {
      refuse(`${place}.${name}`, RULES[type].rule, one);
    }
  }
}

const RULES = {
  boolean: { rule: "true or false", holds: (value: unknown) => typeof value === "boolean" },
  string: { rule: "a text", holds: (value: unknown) => typeof value === "string" },
  keys: {
    rule: "keys of 0-9, *, # and A-D",
    holds: (value: unknown) => typeof value === "string" && /^[0-9*#A-D]*$/.test(value),
  },
  duration: {
    rule: "a number of ms above 0",
    holds: (value: unknown) => typeof value === "number" && value > 0,
  },
  count: {
    rule: "a whole number from 1",
    holds: (value: unknown) => Number.isInteger(value) && value as number >= 1,
  },
  texts: {
    rule: "a list of texts with something in each",
    holds: (value: unknown) =>
      Array.isArray(value) && value.every((text) => typeof text === "string" && text.trim() !== ""),
  },
};

/** Whether it is an object that is no list. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  if (value === undefined) return "missing";
  if (typeof value === "function") return "a function";
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
