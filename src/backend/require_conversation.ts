/** Checks of the options of a conversation, which are written by users and not always with types. */

import type { Conversation } from "./conversation_options.ts";
import { shown } from "./require.ts";

/**
 * Makes sure that a conversation can be held so.
 *
 * @throws {RangeError | TypeError} if it cannot; it says which option is wrong, and what it is
 */
export function requireConversation(conversation: Conversation): void {
  const { speculate, noInput, filler, failure, farewell, firstAudioMs, lastWordMs } = conversation;
  const { resume } = conversation;
  requirePositive({
    "noInput.afterMs": noInput.afterMs,
    "noInput.leaveAfter": noInput.leaveAfter,
    "filler.afterMs": filler.afterMs,
    "failure.leaveAfter": failure.leaveAfter,
    firstAudioMs,
    lastWordMs,
  });
  check(typeof speculate === "boolean", "speculate", "true or false", speculate);
  // A single text would be said letter by letter.
  check(isTexts(noInput.prompts), "noInput.prompts", "a list of texts", noInput.prompts);
  check(isTexts(filler.say), "filler.say", "a list of texts", filler.say);
  const { apology, transferTo } = failure;
  const isApology = apology === false || typeof apology === "string";
  check(isApology, "failure.apology", "a text, or false", apology);
  const isTarget = transferTo === undefined ||
    (typeof transferTo === "string" && /^[\w+*#][^\s,|{}'"$\\]*$/.test(transferTo));
  const targets = "a number, a SIP URI or a dial string, as in sip:desk@example.com";
  check(isTarget, "failure.transferTo", targets, transferTo);
  const isSaid = resume.say === false || typeof resume.say === "string";
  check(isSaid, "resume.say", "a text, or false", resume.say);
  check(typeof resume.repeat === "string", "resume.repeat", "a text", resume.repeat);
  check(typeof farewell === "string", "farewell", "a text", farewell);
}

/** @throws {TypeError} unless the options called `name` are options at all */
export function requireOptions(name: string, options: unknown): void {
  const isObject = typeof options === "object" && options !== null;
  check(isObject, name, "an object with options", options);
}

function requirePositive(values: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(values)) {
    if (typeof value === "number" && value > 0) continue;
    throw new RangeError(
      `Cannot hold a conversation as ${name} is above 0: current value is ${shown(value)}`,
    );
  }
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((text) => typeof text === "string");
}

function check(isRight: boolean, name: string, rule: string, value: unknown): void {
  if (isRight) return;
  throw new TypeError(
    `Cannot hold a conversation as ${name} is ${rule}: current value is ${shown(value)}`,
  );
}
