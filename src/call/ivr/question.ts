/** Asks until there is an answer: a prompt, keys or words, and again. */

import type { Said } from "../../backend/mod.ts";
import type { Clock } from "../../clock/mod.ts";
import { DigitCollector, type DigitCollectorOptions, type Digits } from "./digit_collector.ts";
import type { Inputs } from "./inputs.ts";
import type { MenuPrompt } from "./menu_prompt.ts";
import type { MenuVoice } from "./menu_voice.ts";

/** What is asked with. */
export interface Asking {
  readonly inputs: Inputs;
  readonly voice: MenuVoice;
  readonly clock: Clock;
  /** Ends it. */
  readonly signal: AbortSignal;
  /** Hides the digits of the caller until what it returns is called. */
  readonly maskKeys: () => () => void;
}

/** What words mean: an answer, keys as if they were pressed, something wrong, or nothing. */
export type Heard<T> =
  | { readonly answer: T }
  | { readonly keys: string }
  | "wrong"
  | "nothing";

/** A question, and what answers it. */
export interface Question<T> extends DigitCollectorOptions {
  /** @default none: the caller knows already what to press */
  readonly prompt?: MenuPrompt;
  /** Said before the question is asked again when nothing came. */
  readonly noInput: MenuPrompt;
  /** Said before the question is asked again when what came was wrong. */
  readonly invalid: MenuPrompt;
  /** How often it is asked. */
  readonly tries: number;
  /** Forgets what was pressed before. */
  readonly flush: boolean;
  /** Hides the digits. */
  readonly mask: boolean;
  /** The answer that keys are; undefined where they are none after all. */
  readonly read: (keys: string) => T | undefined | Promise<T | undefined>;
  /** The answer that words are. */
  readonly hear: (text: string) => Heard<T>;
}

/** What came of a question. */
export interface Answer<T> {
  /** `stopped`: the signal fired; `ended`: the call is over. */
  readonly outcome: "answered" | "no-input" | "invalid" | "stopped" | "ended";
  /** The answer. */
  readonly value?: T;
  /** The keys, or the words, of the answer or of the last wrong one. */
  readonly given: string;
  /** The key that ended it. */
  readonly terminator?: string;
  /** How it was given. */
  readonly by?: "keys" | "speech";
  /** How often it was asked. */
  readonly tries: number;
}

type Attempt<T> = Omit<Answer<T>, "tries">;

/**
 * Asks a question as often as it says, and returns the answer.
 *
 * Rejects with a RangeError when it is to be asked less than once, or for ever.
 */
export async function ask<T>(question: Question<T>, asking: Asking): Promise<Answer<T>> {
  const { prompt = [], flush, mask, tries: most } = question;
  const { inputs, voice, maskKeys } = asking;
  if (!Number.isSafeInteger(most) || most < 1) {
    throw new RangeError(`Cannot ask as tries is a whole number from 1: current value is ${most}`);
  }
  const unmask = mask ? maskKeys() : () => {};
  try {
    if (flush) await inputs.flush();
    let before: MenuPrompt = [];
    for (let tries = 1;; tries++) {
      let said: Said["outcome"] = "played";
      for (const words of [before, prompt]) {
        said = await voice.say(words);
        if (said === "ended" || said === "stopped") return { outcome: said, given: "", tries };
        if (said === "interrupted") break;
      }
      const attempt = await attemptOf(question, asking, said === "interrupted" && tries < most);
      before = [];
      if (attempt === "again") continue;
      const { outcome } = attempt;
      const isLast = tries >= most || (outcome !== "invalid" && outcome !== "no-input");
      if (isLast) return { ...attempt, tries };
      before = outcome === "invalid" ? question.invalid : question.noInput;
      // What follows a mistake was pressed before the caller knew of it.
      if (outcome === "invalid") await inputs.flush();
    }
  } finally {
    unmask();
  }
}

/** `isCut` says that the question was not heard to its end: "again" that it was cut for nothing. */
async function attemptOf<T>(
  question: Question<T>,
  asking: Asking,
  isCut: boolean,
): Promise<Attempt<T> | "again"> {
  const { inputs, clock, signal } = asking;
  const collector = new DigitCollector(question, clock.now());
  for (;;) {
    const timeoutMs = Math.max(0, collector.dueAt - clock.now());
    const input = await inputs.next({ timeoutMs, signal });
    const isOver = input === undefined && inputs.areOver;
    if (signal.aborted || isOver) return { outcome: "stopped", given: collector.keys };
    let digits: Digits | undefined;
    if (input === undefined) digits = collector.expire(clock.now());
    else if (input.what.type === "ended") return { outcome: "ended", given: collector.keys };
    else if (input.what.type === "key") {
      const { digit } = input.what;
      if (isCut && collector.ignores(digit) && !await inputs.hasKey()) return "again";
      digits = collector.push(digit, clock.now());
    } else if (input.what.type === "speech-begin") collector.speaks(clock.now());
    else {
      const { text } = input.what;
      const heard = text.trim() === "" ? "nothing" : question.hear(text);
      if (heard === "nothing" || (heard === "wrong" && input.isEarly)) collector.wait(clock.now());
      else if (heard === "wrong") return { outcome: "invalid", given: text, by: "speech" };
      else if ("answer" in heard) {
        return { outcome: "answered", value: heard.answer, given: text, by: "speech" };
      } else {
        digits = pressed(collector, heard.keys, clock.now());
        if (digits !== undefined) return await judged(question, digits, "speech");
      }
    }
    if (digits === undefined) continue;
    if (
      digits.by === "keys" && digits.outcome === "match" && question.bareTerminator !== "ignored"
    ) {
      // Those who end each input by the pound key do so as well where the last digit has ended it.
      inputs.passOver(question.terminators ?? "#", question.interDigitMs ?? 2500);
    }
    return await judged(question, digits, "keys");
  }
}

/** Keys that were said, one after another; what follows the one that ends them is wrong. */
function pressed(collector: DigitCollector, keys: string, at: number): Digits | undefined {
  for (const [place, key] of [...keys].entries()) {
    const digits = collector.push(key, at);
    if (digits === undefined) continue;
    const isAll = place === keys.length - 1;
    return isAll ? digits : { outcome: "invalid", keys, by: "keys" };
  }
  return undefined;
}

async function judged<T>(
  question: Question<T>,
  { outcome, keys, terminator }: Digits,
  by: "keys" | "speech",
): Promise<Attempt<T>> {
  const given = { given: keys, ...(terminator === undefined ? {} : { terminator }), by };
  if (outcome === "no-input") return { outcome, given: keys };
  if (outcome === "invalid") return { outcome, ...given };
  const value = await question.read(keys);
  return value === undefined
    ? { outcome: "invalid", ...given }
    : { outcome: "answered", value, ...given };
}
