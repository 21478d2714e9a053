/** Takes what people say, press and are called by out of what is logged with a message. */

import { type IsKnownNumber, maskText, maskUser } from "./mask_text.ts";

/** Last words of names of properties, and what those hold. */
const USERS = words("from to user users caller callee number numbers target destination username");
const KEYS = words("digit digits key keys dtmf pressed input");
const WORDS = words(
  "text texts transcript transcripts heard said unheard words word reply prompt history brief",
);
const SECRETS = words("password token secret authorization auth cookie");
/** Names of calls, which are made by chance and are what a log is searched by. */
const IDS = words("id call session channel");

/** Deeper, and there is no reader. */
const DEEPEST = 6;

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(" "));
}

/** What a value of a property may be shown as: by the property's name first, and then by what it is. */
export function maskValue(name: string, value: unknown, isKnown?: IsKnownNumber): unknown {
  return mask(name, value, { isKnown, depth: 0 });
}

interface Context {
  readonly isKnown: IsKnownNumber | undefined;
  readonly depth: number;
}

function mask(name: string, value: unknown, context: Context): unknown {
  if (value === undefined || value === null || typeof value === "boolean") return value;
  const last = lastWord(name);
  if (USERS.has(last)) return leaves(value, (text) => maskAddress(text, context));
  if (KEYS.has(last)) return leaves(value, () => "***");
  if (SECRETS.has(last)) return "***";
  if (WORDS.has(last)) return leaves(value, (text) => `(${text.length} characters)`);
  if (IDS.has(last) && typeof value === "string") return value;
  return masked(value, context);
}

/** `callerNumber` and `caller_number` are of the word `number`. */
function lastWord(name: string): string {
  return (/[A-Za-z][a-z]*$/.exec(name)?.[0] ?? name).toLowerCase();
}

function maskAddress(text: string, { isKnown }: Context): string {
  return text.includes("@") && text.includes(":") ? maskText(text, isKnown) : maskUser(text);
}

/** Each text and number in a value, as `show` has it. */
function leaves(value: unknown, show: (text: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => leaves(item, show));
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, leaves(item, show)]),
    );
  }
  return value === undefined || value === null ? value : show(String(value));
}

function masked(value: unknown, { isKnown, depth }: Context): unknown {
  if (typeof value === "string") return maskText(value, isKnown);
  if (typeof value !== "object" || value === null) return value;
  if (depth >= DEEPEST) return "...";
  const context = { isKnown, depth: depth + 1 };
  if (value instanceof Error) return maskedError(value, context);
  if (Array.isArray(value)) return value.map((item) => masked(item, context));
  if (value instanceof Map || value instanceof Set) return masked([...value], context);
  if (ArrayBuffer.isView(value)) return `(${value.byteLength} bytes)`;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, mask(key, item, context)]),
  );
}

/** An error of the same name, as what formats it looks for errors. */
function maskedError(error: Error, context: Context): Error {
  const { name, message, stack = "", cause } = error;
  const text = maskText(message, context.isKnown);
  const copy = new Error(text, cause === undefined ? {} : { cause: masked(cause, context) });
  Object.defineProperty(copy, "name", { value: name, configurable: true });
  // Apart, as what is masked to the end of the message does not end before the places in the code.
  const at = message === "" ? -1 : stack.indexOf(message);
  const [head, places] = at < 0
    ? ["", stack]
    : [stack.slice(0, at) + text, stack.slice(at + message.length)];
  copy.stack = head + maskText(places, context.isKnown);
  return copy;
}
