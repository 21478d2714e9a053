/** Checks of what a menu does. */

import { isObject, refuse, requireName, requireObject, requireTypes } from "./check_value.ts";
import { type MenuAction, PLAIN_ACTIONS } from "./menu.ts";

/** What checks the parts of an action, and gives them back as they are run. */
export interface ActionParts {
  /** A prompt. */
  readonly prompt: (place: string, value: unknown) => void;
  /** A menu that is written down in an action; returns its name. */
  readonly menu: (place: string, value: unknown) => string;
  /** How an answer is waited for. */
  readonly input: (place: string, value: Record<string, unknown>) => Record<string, unknown>;
  /** The name of a menu. */
  readonly named: (place: string, name: string) => void;
  /** The name of a function. */
  readonly runs: (place: string, name: string) => void;
}

/** How deep actions may lie in each other. */
const DEEPEST = 100;

/** What waits for an answer has these. */
export const INPUT = [
  "firstDigitMs",
  "interDigitMs",
  "totalMs",
  "speechMs",
  "tries",
  "noInput",
  "invalid",
  "flush",
  "failed",
];

/** What each action has beside `do`. */
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  menu: ["menu"],
  say: ["say", "next"],
  collect: ["as", "prompt", "min", "max", "terminators", "erase", "mask", "next", ...INPUT],
  confirm: ["prompt", "yes", "no", ...INPUT],
  bot: ["say", "returnKey", "next"],
  transfer: ["to", "say", "timeoutMs", "hear", "brief", "failed"],
  "hang-up": ["say"],
  return: ["value"],
  run: ["name", "next"],
};

/** The action at `place`, as it is run. @throws {TypeError} if it is none */
export function checkAction(
  place: string,
  value: unknown,
  parts: ActionParts,
  depth = 0,
): MenuAction {
  if (depth > DEEPEST) refuse(place, `no deeper than ${DEEPEST} actions in each other`, "deeper");
  if (typeof value === "function") return value as MenuAction;
  if (typeof value === "string") {
    if (!(PLAIN_ACTIONS as readonly string[]).includes(value)) parts.named(place, value);
    return value;
  }
  if (!isObject(value)) refuse(place, "an action, or the name of a menu", value);
  const { do: kind } = value;
  if (typeof kind !== "string" || !Object.hasOwn(KNOWN, kind)) {
    refuse(`${place}.do`, `one of ${Object.keys(KNOWN).join(", ")}`, kind);
  }
  requireObject(place, value, ["do", ...KNOWN[kind]]);
  const checked = checkKind(place, kind, value, parts);
  for (const name of ["next", "failed", "yes", "no"]) {
    if (checked[name] === undefined) continue;
    checked[name] = checkAction(`${place}.${name}`, checked[name], parts, depth + 1);
  }
  return checked as unknown as MenuAction;
}

function checkKind(
  place: string,
  kind: string,
  value: Record<string, unknown>,
  parts: ActionParts,
): Record<string, unknown> {
  const isAsking = kind === "collect" || kind === "confirm";
  const checked = isAsking ? { ...value, ...parts.input(place, value) } : { ...value };
  if (isAsking) parts.prompt(`${place}.prompt`, value.prompt);
  if (kind === "say" || value.say !== undefined) parts.prompt(`${place}.say`, value.say);
  if (kind === "collect") {
    requireName(`${place}.as`, value.as);
    requireTypes(place, value, {
      max: "count",
      mask: "boolean",
      terminators: "keys",
      erase: "keys",
    });
    const { min = 1, max = 32 } = value as { readonly min?: number; readonly max?: number };
    if (!Number.isInteger(min) || min < 0 || (value.max !== undefined && min > max)) {
      refuse(`${place}.min`, `a whole number from 0 to max, ${max}`, min);
    }
  } else if (kind === "confirm" && value.yes === undefined) {
    refuse(`${place}.yes`, "an action", undefined);
  } else if (kind === "bot") requireTypes(place, value, { returnKey: "keys" });
  else if (kind === "transfer") {
    requireName(`${place}.to`, value.to);
    requireTypes(place, value, { timeoutMs: "duration", brief: "string" });
    const { hear = "silence" } = value;
    const isSound = hear === "ringback" || hear === "silence" ||
      (isObject(hear) && typeof hear.file === "string");
    if (!isSound) refuse(`${place}.hear`, '"ringback", "silence" or { file }', hear);
  } else if (kind === "run") {
    requireName(`${place}.name`, value.name);
    parts.runs(`${place}.name`, value.name);
  } else if (kind === "menu") {
    if (typeof value.menu === "string") parts.named(`${place}.menu`, value.menu);
    else checked.menu = parts.menu(`${place}.menu`, value.menu);
  }
  return checked;
}
