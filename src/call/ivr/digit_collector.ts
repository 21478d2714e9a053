/** Keys one after another, until they mean something or time is up. */

import type { KeyGrammar } from "./key_grammar.ts";

/** How keys are waited for, all times in ms. */
export interface DigitTimes {
  /** How long the first key may take. @default 5000 */
  readonly firstDigitMs?: number;
  /** How long each further key may take; keys that could be all count as all then. @default 2500 */
  readonly interDigitMs?: number;
  /** How long all of them may take, from when they are waited for. @default 60000 */
  readonly totalMs?: number;
  /** How long a caller may speak, and its words take to be understood. @default 20000 */
  readonly speechMs?: number;
}

/** How a {@link DigitCollector} collects. */
export interface DigitCollectorOptions extends DigitTimes {
  /** What the keys mean. */
  readonly grammar: KeyGrammar;
  /** Keys that say "that was all", where the grammar has no use for them. @default "#" */
  readonly terminators?: string;
  /** Keys that take back what was pressed, where the grammar has no use for them. @default none */
  readonly erase?: string;
  /**
   * What a terminator with nothing before it is: for a choice, the habit of somebody who ends each
   * input so, and `ignored`; for a number, `judged`, which may be empty.
   * @default "judged"
   */
  readonly bareTerminator?: "judged" | "ignored";
}

/** What came of it. */
export interface Digits {
  /** Whether the keys mean something, do not, or are none. */
  readonly outcome: "match" | "invalid" | "no-input";
  /** The keys, without the terminator. */
  readonly keys: string;
  /** The key that ended them. */
  readonly terminator?: string;
  /** What ended the waiting: the keys themselves, a terminator, or which time was up. */
  readonly by: "keys" | "terminator" | "first-digit" | "inter-digit" | "total" | "speech";
}

/**
 * A state machine of keys and times, without a timer: whoever has one asks when it is due.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { choiceOfKeys, DigitCollector } from "@sofia/phone/call";
 *
 * const collector = new DigitCollector({ grammar: choiceOfKeys(["1", "12"]), interDigitMs: 2000 }, 0);
 * assert.equal(collector.push("1", 500), undefined);
 * assert.equal(collector.dueAt, 2500);
 * assert.deepEqual(collector.expire(2500), { outcome: "match", keys: "1", by: "inter-digit" });
 * ```
 */
export class DigitCollector {
  readonly #options: Required<DigitCollectorOptions>;
  readonly #endAt: number;
  #keys = "";
  #waitUntil: number;
  #isSpeaking = false;

  /**
   * Waits from `startAt`, in ms of any clock.
   *
   * @throws {RangeError} when a time is not above 0
   */
  constructor(options: DigitCollectorOptions, startAt: number) {
    const { firstDigitMs = 5000, interDigitMs = 2500, totalMs = 60_000, speechMs = 20_000 } =
      options;
    const { grammar, terminators = "#", erase = "", bareTerminator = "judged" } = options;
    const times = { firstDigitMs, interDigitMs, totalMs, speechMs };
    for (const [name, ms] of Object.entries(times)) {
      if (typeof ms === "number" && ms > 0) continue;
      throw new RangeError(`Cannot collect digits as ${name} is above 0: current value is ${ms}`);
    }
    this.#options = { grammar, terminators, erase, bareTerminator, ...times };
    this.#endAt = startAt + totalMs;
    this.#waitUntil = startAt + firstDigitMs;
  }

  /** When {@link expire} has something to say. */
  get dueAt(): number {
    return Math.min(this.#waitUntil, this.#endAt);
  }

  /** What was pressed so far. */
  get keys(): string {
    return this.#keys;
  }

  /** Whether the key would be passed over. */
  ignores(key: string): boolean {
    const { grammar, terminators, erase, bareTerminator } = this.#options;
    return this.#keys === "" && bareTerminator === "ignored" && terminators.includes(key) &&
      !erase.includes(key) && grammar.judge(key) === "wrong";
  }

  /** Takes a key pressed at `at`; returns what came of it when that is known. */
  push(key: string, at: number): Digits | undefined {
    const { grammar, terminators, erase } = this.#options;
    this.#isSpeaking = false;
    const verdict = grammar.judge(this.#keys + key);
    if (verdict === "wrong") {
      if (erase.includes(key)) {
        this.#keys = "";
        return this.wait(at);
      }
      if (terminators.includes(key)) {
        if (this.ignores(key)) return this.wait(at);
        return { ...this.#judged("terminator"), terminator: key };
      }
      return { outcome: "invalid", keys: this.#keys + key, by: "keys" };
    }
    this.#keys += key;
    if (verdict === "whole") return { outcome: "match", keys: this.#keys, by: "keys" };
    return this.wait(at);
  }

  /** The caller speaks: keys are not waited for until its words are known. */
  speaks(at: number): void {
    this.#isSpeaking = true;
    this.#waitUntil = at + this.#options.speechMs;
  }

  /** Waits anew from `at`, as after words that meant nothing. */
  wait(at: number): undefined {
    const { firstDigitMs, interDigitMs } = this.#options;
    this.#isSpeaking = false;
    this.#waitUntil = at + (this.#keys === "" ? firstDigitMs : interDigitMs);
  }

  /** What came of it, if time is up at `at`. */
  expire(at: number): Digits | undefined {
    if (at < this.dueAt) return undefined;
    if (this.#endAt <= this.#waitUntil) return this.#judged("total");
    if (this.#isSpeaking) return this.#judged("speech");
    return this.#judged(this.#keys === "" ? "first-digit" : "inter-digit");
  }

  #judged(by: Digits["by"]): Digits {
    const verdict = this.#options.grammar.judge(this.#keys);
    const isMatch = verdict === "open" || verdict === "whole";
    // Nothing, where nothing may be the answer, is one only if it was confirmed.
    if (this.#keys === "" && by !== "terminator") return { outcome: "no-input", keys: "", by };
    return { outcome: isMatch ? "match" : "invalid", keys: this.#keys, by };
  }
}
