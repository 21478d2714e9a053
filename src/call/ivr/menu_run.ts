/** A menu that is run with one caller. */

import { abortable } from "@std/async";
import { choiceOfKeys } from "./choice_of_keys.ts";
import { collectDigits } from "./collect_digits.ts";
import { confirm } from "./confirm.ts";
import type {
  CollectSomething,
  ConfirmSomething,
  HandToBot,
  Menu,
  MenuAction,
  MenuCall,
  MenuFunction,
  ReturnValue,
  RunFunction,
  TransferCaller,
} from "./menu.ts";
import type { MenuBook } from "./menu_book.ts";
import { MenuFloor } from "./menu_floor.ts";
import type { MenuHost } from "./menu_host.ts";
import { MenuPosition } from "./menu_position.ts";
import { type Answer, ask } from "./question.ts";
import { spokenChoice } from "./spoken_choice.ts";
import { fillText } from "./fill_text.ts";

/** How a menu is run. */
export interface RunMenuOptions {
  /** The functions that its `run` actions name. */
  readonly functions?: Readonly<Record<string, MenuFunction<MenuAction | void>>>;
  /** Goes on where the call's memory says that it was. @default true */
  readonly resume?: boolean;
  /** Ends it; the bot has the call then. */
  readonly signal?: AbortSignal;
}

/** How a menu ended. */
export interface MenuEnd {
  /**
   * `returned`: by its `return`; `transferred` and `hung-up`: as it says; `ended`: the call is over;
   * `stopped`: the signal fired; `failed`: it cannot go on, for `error`. After `returned`, `stopped` and
   * `failed` the bot has the caller.
   */
  readonly outcome: "returned" | "transferred" | "hung-up" | "ended" | "stopped" | "failed";
  /** What its `return` gives. */
  readonly value?: unknown;
  /** What was collected. */
  readonly variables: Readonly<Record<string, string>>;
  /** The menus from the first one to the last that was asked. */
  readonly path: readonly string[];
  /** Why it failed. */
  readonly error?: unknown;
}

type End = Pick<MenuEnd, "outcome" | "value" | "error">;
type Next = { readonly action: MenuAction } | { readonly end: End };

/** So many menus in a row may go without an answer: a caller who is gone is not asked for ever. */
const MOST_FAILURES = 3;
/** So many actions may follow each other without a question: more are a circle. */
const MOST_ACTIONS = 100;

/** Runs a menu, action by action, until it is over. */
export class MenuRun {
  /** Resolves, and never rejects, when it is over. */
  readonly ended: Promise<MenuEnd>;
  readonly #book: MenuBook;
  readonly #host: MenuHost;
  readonly #functions: NonNullable<RunMenuOptions["functions"]>;
  readonly #position: MenuPosition;
  readonly #abort = new AbortController();
  /** Menus that code has written down. */
  readonly #menus = new Map<string, Menu>();
  readonly #call: MenuCall;
  #floor: MenuFloor | undefined;
  #chosen = "";
  #failures = 0;
  #actions = 0;
  #giveBack: ((then: MenuAction | undefined) => void) | undefined;
  #returnKey = "";

  /**
   * Begins at once.
   *
   * @throws {TypeError} when a function is missing, or somebody has the floor
   */
  constructor(book: MenuBook, host: MenuHost, options: RunMenuOptions = {}) {
    const { functions = {}, resume = true, signal } = options;
    for (const name of book.functions) {
      if (Object.hasOwn(functions, name)) continue;
      throw new TypeError(`Cannot run the menu as functions has ${name}: current value is missing`);
    }
    this.#book = book;
    this.#host = host;
    this.#functions = functions;
    this.#position = new MenuPosition(book, host.memory, resume);
    this.#call = this.#callOf();
    const { isWithBot, menu } = this.#position;
    if (!isWithBot) this.#take();
    const stop = () => this.#abort.abort({ outcome: "stopped" } satisfies End);
    if (signal?.aborted) stop();
    signal?.addEventListener("abort", stop, { once: true });
    void host.ended.then(() => this.#abort.abort({ outcome: "ended" } satisfies End));
    this.ended = this.#run(isWithBot ? { do: "bot" } : { do: "menu", menu })
      .finally(() => signal?.removeEventListener("abort", stop));
  }

  /** Whether the bot has the caller, until {@link resume}. */
  get isWithBot(): boolean {
    return this.#giveBack !== undefined;
  }

  /** The menus from the first one to that which is asked. */
  get path(): readonly string[] {
    return this.#position.path;
  }

  /**
   * Takes the caller back from the bot.
   *
   * @param then what is done, such as the name of a menu; by default what the menu says of that
   * @throws {TypeError} when the bot does not have the caller
   */
  resume(then?: MenuAction): void {
    if (this.#giveBack === undefined) {
      throw new TypeError("Cannot go back to the menu as the bot has the caller: the menu has it");
    }
    const action = then === undefined ? undefined : this.#book.action(then, this.#menus);
    this.#giveBack(action);
  }

  /** Takes the caller back if this is the key for that. */
  takes(digit: string): boolean {
    if (this.#giveBack === undefined || !this.#returnKey.includes(digit)) return false;
    this.#take(true);
    this.#giveBack(undefined);
    return true;
  }

  async #run(first: MenuAction): Promise<MenuEnd> {
    let end: End;
    try {
      end = await abortable(this.#perform(first), this.#abort.signal);
    } catch (error) {
      const { aborted, reason } = this.#abort.signal;
      end = aborted ? reason : { outcome: "failed", error };
      if (!aborted) this.#host.onError(error);
    } finally {
      this.#abort.abort({ outcome: "stopped" } satisfies End);
      this.#release();
    }
    // What a call was cut off from is gone on with by whoever takes it back.
    if (end.outcome !== "ended" && end.outcome !== "stopped") this.#position.forget();
    const { variables, path } = this.#position;
    return { ...end, variables: { ...variables }, path: [...path] };
  }

  async #perform(first: MenuAction): Promise<End> {
    let action = first;
    for (;;) {
      this.#abort.signal.throwIfAborted();
      if (++this.#actions > MOST_ACTIONS) {
        throw new RangeError(
          `Cannot go on with the menu as it asks something within ${MOST_ACTIONS} actions: ` +
            `it runs in a circle at ${this.#position.menu}`,
        );
      }
      const next = await this.#step(action);
      if ("end" in next) return next.end;
      action = next.action;
    }
  }

  async #step(action: MenuAction): Promise<Next> {
    if (typeof action === "string") return await this.#word(action);
    if (typeof action === "function") return await this.#code(action, "repeat");
    switch (action.do) {
      case "menu":
        this.#position.enter(action.menu as string);
        return await this.#ask();
      case "say":
        await this.#floor!.say(action.say);
        return { action: action.then ?? "repeat" };
      case "collect":
        return await this.#collect(action);
      case "confirm":
        return await this.#confirm(action);
      case "bot":
        return await this.#bot(action);
      case "transfer":
        return await this.#transfer(action);
      case "hang-up":
        if (action.say !== undefined) await this.#floor!.tell(action.say);
        await this.#host.hangup();
        return { end: { outcome: "hung-up" } };
      case "return":
        return { end: { outcome: "returned", ...this.#value(action) } };
      case "run":
        return await this.#named(action);
    }
  }

  async #word(word: string): Promise<Next> {
    if (word === "back") this.#position.back();
    else if (word === "top") this.#position.top();
    else if (word === "bot" || word === "hang-up" || word === "return") {
      return { action: { do: word } };
    } else if (word !== "repeat") return { action: { do: "menu", menu: word } };
    return await this.#ask();
  }

  /** Asks the menu that the caller is in. */
  async #ask(): Promise<Next> {
    const menu = this.#menus.get(this.#position.menu) ?? this.#book.menu(this.#position.menu)!;
    const { language } = this.#book;
    const { options, prompt } = menu;
    const said = typeof prompt === "function" ? await prompt(this.#call) : prompt;
    const answer = await ask<number>({
      ...menu,
      noInput: menu.noInput ?? language.noInput,
      invalid: menu.invalid ?? language.invalid,
      tries: menu.tries ?? 3,
      flush: menu.flush ?? false,
      mask: false,
      prompt: said,
      bareTerminator: "ignored",
      grammar: choiceOfKeys(options.flatMap(({ key }) => key ?? [])),
      read: (keys) => options.findIndex(({ key }) => key === keys),
      hear: (text) => {
        const at = spokenChoice(text, options, language);
        return at === undefined ? "wrong" : { answer: at };
      },
    }, this.#floor!.asking);
    return this.#answered(answer, (at) => options[at].then);
  }

  async #collect({ as, mask = false, then, ...options }: CollectSomething): Promise<Next> {
    const { defaults, language } = this.#book;
    const { tries = defaults.tries ?? 3 } = options;
    const asked = { ...defaults, ...options, tries, mask };
    const { outcome, digits, ...others } = await collectDigits(asked, language, this.#floor!.asking);
    const isCollected = outcome === "collected";
    const answer = { ...others, outcome: isCollected ? "answered" as const : outcome, given: digits };
    if (isCollected) this.#position.set(as, digits, mask);
    return this.#answered({ ...answer, value: digits }, () => then ?? "repeat", options.failed);
  }

  async #confirm({ yes, no, ...options }: ConfirmSomething): Promise<Next> {
    const { defaults, language } = this.#book;
    const answer = await confirm({ ...defaults, ...options }, language, this.#floor!.asking);
    return this.#answered(answer, (isYes) => isYes ? yes : no ?? "repeat", options.failed);
  }

  #answered<T>(answer: Answer<T>, then: (value: T) => MenuAction, failed?: MenuAction): Next {
    const { outcome, given, value } = answer;
    if (outcome === "stopped" || outcome === "ended") return { end: { outcome } };
    this.#actions = 0;
    if (outcome !== "answered") return this.#failed(failed);
    this.#failures = 0;
    this.#chosen = given;
    return { action: then(value!) };
  }

  /** What is done when a question got no answer, or code has failed. */
  #failed(own?: MenuAction): Next {
    const menu = this.#menus.get(this.#position.menu) ?? this.#book.menu(this.#position.menu);
    const leave: MenuAction = { do: "hang-up", say: this.#book.language.goodbye };
    const isTooOften = ++this.#failures >= MOST_FAILURES;
    return { action: isTooOften ? leave : own ?? menu?.failed ?? leave };
  }

  async #bot({ say, returnKey = "", then }: HandToBot): Promise<Next> {
    if (say !== undefined) await this.#floor!.tell(say);
    this.#release();
    this.#position.isWithBot = true;
    this.#position.save();
    this.#returnKey = returnKey;
    const given = await new Promise<MenuAction | undefined>((resolve) => this.#giveBack = resolve);
    this.#giveBack = undefined;
    this.#position.isWithBot = false;
    this.#position.save();
    if (this.#floor === undefined) this.#take();
    this.#actions = 0;
    return { action: given ?? then ?? "repeat" };
  }

  async #transfer({ to, say, failed }: TransferCaller): Promise<Next> {
    if (say !== undefined) await this.#floor!.tell(say);
    const target = fillText(to, this.#position.variables);
    try {
      if (await this.#host.transfer(target)) return { end: { outcome: "transferred" } };
    } catch (error) {
      this.#host.onError(error);
    }
    return { action: failed ?? { do: "say", say: this.#book.language.notThere } };
  }

  async #named({ name, then }: RunFunction): Promise<Next> {
    return await this.#code(this.#functions[name], then ?? "repeat");
  }

  async #code(code: MenuFunction<MenuAction | void>, then: MenuAction): Promise<Next> {
    try {
      const action = await code(this.#call);
      this.#position.save();
      return { action: action === undefined ? then : this.#book.action(action, this.#menus) };
    } catch (error) {
      this.#abort.signal.throwIfAborted();
      this.#host.onError(error);
      return this.#failed();
    }
  }

  #value({ value }: ReturnValue): { readonly value?: unknown } {
    if (value === undefined) return {};
    return { value: typeof value === "string" ? fillText(value, this.#position.variables) : value };
  }

  #take(cut = false): void {
    const { sounds, listen } = this.#book;
    const { variables } = this.#position;
    const { signal } = this.#abort;
    this.#floor = new MenuFloor(this.#host, { sounds, variables, listen, signal, cut });
  }

  #release(): void {
    this.#floor?.[Symbol.dispose]();
    this.#floor = undefined;
  }

  #callOf(): MenuCall {
    const { language } = this.#book;
    const asking = () => {
      this.#actions = 0;
      return this.#floor!.asking;
    };
    const chosen = () => this.#chosen;
    return {
      info: this.#host.info,
      variables: this.#position.variables,
      signal: this.#abort.signal,
      get chosen(): string {
        return chosen();
      },
      say: (prompt) => this.#floor!.say(prompt),
      collectDigits: (options = {}) => collectDigits(options, language, asking()),
      confirm: async (options) => (await confirm(options, language, asking())).value,
    };
  }
}
