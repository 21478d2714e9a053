/** Menus that have been checked, and can be run. */

import { type ActionParts, checkAction, INPUT } from "./check_action.ts";
import { checkPrompt } from "./check_prompt.ts";
import { isObject, refuse, requireName, requireObject, requireTypes } from "./check_value.ts";
import { LANGUAGES, type MenuLanguage } from "./languages.ts";
import {
  type Menu,
  type MenuAction,
  type MenuCode,
  type MenuInput,
  type Menus,
  PLAIN_ACTIONS,
} from "./menu.ts";
import { SoundFiles } from "./sound_files.ts";
import { wordsOf } from "./words_of.ts";

/** What {@link MenuBook} is given beside the menus. */
export interface MenuBookOptions {
  /** Where the paths of files begin. @default where the process runs */
  readonly folder?: string;
  /** The functions that `run` actions name. @default {} */
  readonly functions?: Readonly<Record<string, MenuCode>>;
}

/** How deep menus may be written down in each other. */
const DEEPEST = 30;

/**
 * Menus, checked as a whole: that each name is one of a menu, each option can be chosen, and nothing is
 * there that would be passed over in silence.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { MenuBook } from "@sofia/phone/call";
 *
 * const main = { prompt: "Press one.", options: [{ key: "1", next: "salles" }] };
 * assert.throws(
 *   () => new MenuBook({ menus: { main, sales: main } }),
 *   /menus.main.options\[0\].next is one of repeat, .*, or of the menus main, sales: .* "salles"/,
 * );
 * ```
 */
export class MenuBook {
  /** Names the menus in the memory of a call. */
  readonly name: string;
  /** The menu that is asked first. */
  readonly start: string;
  /** The words of their language. */
  readonly language: MenuLanguage;
  /** What callers are listened to for. */
  readonly listen: "keys" | "keys and speech";
  /** What holds for questions outside of the menus, too. */
  readonly defaults: MenuInput;
  /** Values for the texts, before anything is collected. */
  readonly variables: Readonly<Record<string, string>>;
  /** The files that are played. */
  readonly sounds: SoundFiles;
  /** The paths of these files. */
  readonly files: Set<string> = new Set();
  /** The functions that are run by name. */
  readonly functions: Readonly<Record<string, MenuCode>>;
  readonly #menus = new Map<string, Menu>();
  readonly #named: (readonly [place: string, name: string])[] = [];
  /** Where the menus go that are being checked. */
  #target = this.#menus;
  #depth = 0;

  /**
   * Checks all of it.
   *
   * @param menus by name, or one alone
   * @throws {TypeError} for the first thing that is wrong; it says where
   */
  constructor(menus: Menus | Menu, options: MenuBookOptions = {}) {
    const { folder, functions = {} } = options;
    const whole: unknown = isObject(menus) && "options" in menus
      ? { menus: { menu: menus } }
      : menus;
    requireObject("it", whole, [
      "name",
      "start",
      "menus",
      "language",
      "listen",
      "defaults",
      "variables",
    ]);
    const { name = "menu", menus: given, language = "en", defaults = {}, variables = {} } = whole;
    requireName("name", name);
    if (!isObject(given)) refuse("menus", "an object of menus by their names", given);
    const names = Object.keys(given);
    const { start = names[0], listen } = whole;
    if (!names.includes(start as string)) {
      refuse("start", `one of the menus ${names.join(", ")}`, start);
    }
    if (typeof language !== "string" || !Object.hasOwn(LANGUAGES, language)) {
      refuse("language", `one of ${Object.keys(LANGUAGES).join(", ")}`, language);
    }
    if (![undefined, "keys", "keys and speech"].includes(listen as undefined)) {
      refuse("listen", '"keys" or "keys and speech"', listen);
    }
    requireObject("defaults", defaults, INPUT);
    if (!isObject(variables) || Object.values(variables).some((one) => typeof one !== "string")) {
      refuse("variables", "an object of texts by their names", variables);
    }
    this.name = name;
    this.start = start as string;
    this.language = LANGUAGES[language as keyof typeof LANGUAGES];
    this.variables = variables as Record<string, string>;
    this.sounds = new SoundFiles(folder);
    this.functions = functions;
    this.defaults = this.#input("defaults", defaults, true);
    for (const name of names) {
      const isTaken = (PLAIN_ACTIONS as readonly string[]).includes(name);
      if (isTaken) refuse(`menus.${name}`, "called otherwise, as that is an action", name);
      this.#add(`menus.${name}`, given[name], name);
    }
    this.#requireNames();
    const hasWords = [...this.#menus.values()].some(({ options }) =>
      options.some(({ says = [] }) => says.length > 0)
    );
    this.listen = (listen as MenuBook["listen"] | undefined) ??
      (hasWords ? "keys and speech" : "keys");
  }

  /** Menus that are checked, if they are not yet. */
  static of(menus: MenuBook | Menus | Menu): MenuBook {
    return menus instanceof MenuBook ? menus : new MenuBook(menus);
  }

  /** The menu of a name. */
  menu(name: string): Menu | undefined {
    return this.#menus.get(name);
  }

  /**
   * An action as it is run, as the code of a call returns it. Menus that are written down in it go into
   * `menus`, which are the call's and not the book's.
   *
   * @throws {TypeError} if it is none
   */
  action(value: unknown, menus: Map<string, Menu>): MenuAction {
    this.#target = menus;
    try {
      const action = this.#action("what the code returns", value);
      this.#requireNames();
      return action;
    } finally {
      this.#target = this.#menus;
      this.#depth = 0;
      this.#named.length = 0;
    }
  }

  /** Takes a menu under a name, which it returns. */
  #add(place: string, menu: unknown, name: string): string {
    if (this.#depth >= DEEPEST) {
      refuse(place, `no deeper than ${DEEPEST} menus in each other`, "deeper");
    }
    // Its place is kept first, so that the menus in it come after it.
    this.#target.set(name, { prompt: [], options: [] });
    this.#depth++;
    this.#target.set(name, this.#menu(place, menu));
    this.#depth--;
    return name;
  }

  #menu(place: string, menu: unknown): Menu {
    requireObject(place, menu, ["prompt", "options", ...INPUT]);
    const { prompt, options } = menu;
    if (typeof prompt !== "function") checkPrompt(`${place}.prompt`, prompt, this.files);
    if (!Array.isArray(options) || options.length === 0) {
      refuse(`${place}.options`, "a list of at least one option", options);
    }
    const checked = options.map((option, at) => this.#option(`${place}.options[${at}]`, option));
    requireDifferent(place, checked.map(({ key }) => key === undefined ? [] : [key]), "key");
    requireDifferent(
      place,
      checked.map(({ says = [] }) => says.map((text) => wordsOf(text).join(" "))),
      "words",
    );
    return {
      ...this.defaults,
      ...this.#input(place, menu, true),
      prompt: prompt as Menu["prompt"],
      options: checked,
    };
  }

  #option(place: string, option: unknown): Menu["options"][number] {
    requireObject(place, option, ["key", "says", "next"]);
    const { key, says = [] } = option;
    requireTypes(place, option, { key: "keys", says: "texts" });
    if (key === "" || (key === undefined && (says as string[]).length === 0)) {
      refuse(place, "an option with a key, or words in says", option);
    }
    const next = this.#action(`${place}.next`, option.next);
    return { ...option, next };
  }

  #action(place: string, value: unknown): MenuAction {
    const parts: ActionParts = {
      prompt: (place, prompt) => checkPrompt(place, prompt, this.files),
      menu: (place, menu) => this.#add(place, menu, `(${this.#target.size}) ${place}`),
      input: (place, input) => ({ ...this.#inputDefaults(), ...this.#input(place, input, false) }),
      named: (place, name) => void this.#named.push([place, name]),
      runs: (place, name) => {
        const known = Object.keys(this.functions);
        if (!known.includes(name)) refuse(place, `one of the functions ${known.join(", ")}`, name);
      },
    };
    return checkAction(place, value, parts);
  }

  /** What questions within a menu take over; what is done without an answer is the menu's. */
  #inputDefaults(): MenuInput {
    const { failed: _, ...others } = this.defaults;
    return others;
  }

  /** What of `value` says how an answer is waited for. */
  #input(place: string, value: Record<string, unknown>, withFailed: boolean): MenuInput {
    requireTypes(place, value, {
      firstDigitMs: "duration",
      interDigitMs: "duration",
      totalMs: "duration",
      speechMs: "duration",
      tries: "count",
      flush: "boolean",
    });
    for (const name of ["noInput", "invalid"]) {
      if (value[name] !== undefined) checkPrompt(`${place}.${name}`, value[name], this.files);
    }
    const own = INPUT.filter((name) => value[name] !== undefined && name !== "failed")
      .map((name) => [name, value[name]]);
    const input: MenuInput = Object.fromEntries(own);
    if (!withFailed || value.failed === undefined) return input;
    return { ...input, failed: this.#action(`${place}.failed`, value.failed) };
  }

  #requireNames(): void {
    for (const [place, name] of this.#named.splice(0)) {
      if (this.#menus.has(name) || this.#target.has(name)) continue;
      const names = [...this.#menus.keys()].filter((one) => !one.startsWith("("));
      refuse(
        place,
        `one of ${PLAIN_ACTIONS.join(", ")}, or of the menus ${names.join(", ")}`,
        name,
      );
    }
  }
}

/** @throws {TypeError} when two options of a menu have the same */
function requireDifferent(place: string, given: readonly string[][], what: string): void {
  const seen = new Map<string, number>();
  for (const [at, values] of given.entries()) {
    for (const value of values) {
      const before = seen.get(value);
      if (before !== undefined && before !== at) {
        const rule = `chosen by other ${what} than options[${before}]`;
        refuse(`${place}.options[${at}]`, rule, value);
      }
      seen.set(value, at);
    }
  }
}
