/** What a call can ask its caller: digits, yes or no, whole menus. */

import {
  collectDigits,
  type CollectDigitsOptions,
  type CollectedDigits,
} from "./collect_digits.ts";
import { confirm, type ConfirmOptions } from "./confirm.ts";
import { LANGUAGES, type MenuLanguage, type MenuLanguageName } from "./languages.ts";
import type { Menu, Menus } from "./menu.ts";
import { MenuBook } from "./menu_book.ts";
import type { MenuEnd } from "./menu_end.ts";
import { MenuFloor } from "./menu_floor.ts";
import type { MenuHost } from "./menu_host.ts";
import { MenuRun, type RunMenuOptions } from "./menu_run.ts";
import { SoundFiles } from "./sound_files.ts";

/** What holds for a question that is asked outside of a menu. */
export interface AskOptions {
  /** What its words are in. @default "en" */
  readonly language?: MenuLanguageName;
}

/** Menus by name, one alone, or checked ones. */
export type AnyMenu = MenuBook | Menus | Menu;

/** Asks the caller of one call. */
export class CallMenus {
  readonly #host: MenuHost;
  #run: MenuRun | undefined;

  /** Asks by means of `host`. */
  constructor(host: MenuHost) {
    this.#host = host;
  }

  /** The menu that is run; undefined when there is none. */
  get current(): MenuRun | undefined {
    return this.#run;
  }

  /** Whether the key takes the caller back to the menu, and is nothing to anybody else. */
  takes(digit: string): boolean {
    return this.#run?.takes(digit) === true;
  }

  /** Runs a menu; rejects when it cannot be begun. */
  async run(menu: AnyMenu, options: RunMenuOptions = {}): Promise<MenuEnd> {
    if (this.#host.isOver) return { outcome: "ended", variables: {}, path: [] };
    if (this.#run !== undefined) {
      throw new TypeError("Cannot run the menu as one at a time is run: another one is");
    }
    const run = new MenuRun(MenuBook.of(menu), this.#host, options);
    this.#run = run;
    try {
      return await run.ended;
    } finally {
      this.#run = undefined;
    }
  }

  /** Collects digits; rejects when somebody has the floor. */
  async collectDigits(options: CollectDigitsOptions & AskOptions = {}): Promise<CollectedDigits> {
    const language = languageOf(options);
    if (this.#host.isOver) return { outcome: "ended", digits: "", tries: 0 };
    using floor = this.#take(options);
    return await collectDigits(options, language, floor.asking);
  }

  /** Asks yes or no; undefined when there is no answer. Rejects when somebody has the floor. */
  async confirm(options: ConfirmOptions & AskOptions): Promise<boolean | undefined> {
    const language = languageOf(options);
    if (this.#host.isOver) return undefined;
    using floor = this.#take(options);
    return (await confirm(options, language, floor.asking)).value;
  }

  #take(options: { readonly speech?: boolean; readonly signal?: AbortSignal }): MenuFloor {
    const { speech = false, signal = new AbortController().signal } = options;
    return new MenuFloor(this.#host, {
      sounds: new SoundFiles(),
      variables: {},
      listen: speech ? "keys and speech" : "keys",
      signal,
    });
  }
}

/** @throws {TypeError} for a language that nobody knows */
function languageOf({ language = "en" }: AskOptions): MenuLanguage {
  if (Object.hasOwn(LANGUAGES, language)) return LANGUAGES[language];
  throw new TypeError(
    `Cannot ask as language is one of ${Object.keys(LANGUAGES).join(", ")}: ` +
      `current value is ${language}`,
  );
}
