/** What a menu does, one action after another. */

import { choiceOfKeys } from "./choice_of_keys.ts";
import { collectDigits } from "./collect_digits.ts";
import { confirm } from "./confirm.ts";
import { fillText } from "./fill_text.ts";
import type {
  CollectSomething,
  ConfirmSomething,
  HandToBot,
  HangUp,
  Menu,
  MenuAction,
  MenuCall,
  MenuCode,
  ReturnValue,
  TransferCaller,
} from "./menu.ts";
import type { MenuBook } from "./menu_book.ts";
import type { MenuEnd } from "./menu_end.ts";
import type { MenuFloor } from "./menu_floor.ts";
import type { MenuHost } from "./menu_host.ts";
import type { MenuPosition } from "./menu_position.ts";
import { type Answer, ask } from "./question.ts";
import { spokenChoice } from "./spoken_choice.ts";

/** What {@link MenuSteps} are taken with. */
export interface MenuStepsOptions {
  readonly book: MenuBook;
  readonly host: MenuHost;
  readonly position: MenuPosition;
  /** The floor, which is taken where the menu does not have it. */
  readonly floor: () => MenuFloor;
  /** Gives the floor back. */
  readonly release: () => void;
  /** Lets the bot talk until it gives the caller back, with what is done then. */
  readonly bot: (action: HandToBot) => Promise<MenuAction | undefined>;
  readonly signal: AbortSignal;
}

/** How a menu ends. */
export type End = Pick<MenuEnd, "outcome" | "value" | "error">;

/** What comes after an action: the next one, or the end. */
export type Next = { readonly action: MenuAction } | { readonly end: End };

/** So many questions in a row may go without an answer: a caller who is gone is not asked for ever. */
const MOST_FAILURES = 3;
/** So many actions may follow each other without a question: more are a circle. */
const MOST_ACTIONS = 100;

/** Takes the steps of a menu; each says what comes next, so that nothing piles up however long it goes on. */
export class MenuSteps {
  /** Menus that code has written down. */
  readonly menus = new Map<string, Menu>();
  /** Whether the call is about to end as the menu says, or may be. */
  isLeaving = false;
  readonly #options: MenuStepsOptions;
  readonly #call: MenuCall;
  #chosen = "";
  #failures = 0;
  #actions = 0;

  constructor(options: MenuStepsOptions) {
    this.#options = options;
    this.#call = this.#callOf();
  }

  /** Takes one step. Rejects when the menu cannot go on. */
  async take(action: MenuAction): Promise<Next> {
    const { position, floor, book } = this.#options;
    if (++this.#actions > MOST_ACTIONS) {
      throw new RangeError(
        `Cannot go on with the menu as it asks something within ${MOST_ACTIONS} actions: ` +
          `current value is a circle at ${position.menu}`,
      );
    }
    if (typeof action === "string") return await this.#word(action);
    if (typeof action === "function") return await this.#code(action, "repeat");
    switch (action.do) {
      case "menu":
        position.enter(action.menu as string);
        return await this.#ask();
      case "say":
        await floor().say(action.say);
        return { action: action.next ?? "repeat" };
      case "collect":
        return await this.#collect(action);
      case "confirm":
        return await this.#confirm(action);
      case "bot":
        return await this.#bot(action);
      case "transfer":
        return await this.#transfer(action);
      case "hang-up":
        return await this.#hangUp(action);
      case "return":
        return { end: { outcome: "returned", ...this.#value(action) } };
      case "run":
        return await this.#code(book.functions[action.name], action.next ?? "repeat");
    }
  }

  async #word(word: string): Promise<Next> {
    const { position } = this.#options;
    if (word === "bot" || word === "hang-up" || word === "return") return { action: { do: word } };
    if (word === "back") position.back();
    else if (word === "top") position.top();
    else if (word !== "repeat") return { action: { do: "menu", menu: word } };
    return await this.#ask();
  }

  /** The menu that the caller is in. */
  get #menu(): Menu {
    const { book, position } = this.#options;
    return this.menus.get(position.menu) ?? book.menu(position.menu)!;
  }

  async #ask(): Promise<Next> {
    const menu = this.#menu;
    const { language } = this.#options.book;
    const { options, prompt, tries = 3, flush = false } = menu;
    const { noInput = language.noInput, invalid = language.invalid } = menu;
    const said = typeof prompt === "function" ? await prompt(this.#call) : prompt;
    const answer = await ask<number>({
      ...menu,
      prompt: said,
      noInput,
      invalid,
      tries,
      flush,
      mask: false,
      bareTerminator: "ignored",
      grammar: choiceOfKeys(options.flatMap(({ key }) => key ?? [])),
      read: (keys) => options.findIndex(({ key }) => key === keys),
      hear: (text) => {
        const at = spokenChoice(text, options, language);
        return at === undefined ? "wrong" : { answer: at };
      },
    }, this.#options.floor().asking);
    return this.#answered(answer, (at) => options[at].next);
  }

  async #collect({ as, mask = false, next, failed, ...options }: CollectSomething): Promise<Next> {
    const { book, floor, position } = this.#options;
    const { tries = 3 } = options;
    const asked = { ...options, tries, mask };
    const { outcome, digits, ...others } = await collectDigits(
      asked,
      book.language,
      floor().asking,
    );
    const isCollected = outcome === "collected";
    if (isCollected) position.set(as, digits, mask);
    const answer = { ...others, given: digits, value: digits };
    return this.#answered(
      { ...answer, outcome: isCollected ? "answered" : outcome },
      () => next ?? "repeat",
      failed,
    );
  }

  async #confirm({ yes, no, failed, ...options }: ConfirmSomething): Promise<Next> {
    const { book, floor } = this.#options;
    const answer = await confirm(options, book.language, floor().asking);
    return this.#answered(answer, (isYes) => isYes ? yes : no ?? "repeat", failed);
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
    const leave: MenuAction = { do: "hang-up", say: this.#options.book.language.goodbye };
    const isTooOften = ++this.#failures >= MOST_FAILURES;
    return { action: isTooOften ? leave : own ?? this.#menu.failed ?? leave };
  }

  async #bot(action: HandToBot): Promise<Next> {
    if (action.say !== undefined) await this.#options.floor().tell(action.say);
    const given = await this.#options.bot(action);
    this.#actions = 0;
    return { action: given ?? action.next ?? "repeat" };
  }

  async #transfer({ to, say, failed, ...action }: TransferCaller): Promise<Next> {
    const { host, floor, release, position: { variables }, book } = this.#options;
    if (say !== undefined) await floor().tell(say);
    // What the caller hears meanwhile is said by whoever transfers it.
    release();
    this.isLeaving = true;
    try {
      const { timeoutMs, hear, brief } = action;
      const { outcome } = await host.transfer(fillText(to, variables), {
        ...(timeoutMs !== undefined && { timeoutMs }),
        ...(hear !== undefined && { hear }),
        ...(brief !== undefined && { brief: fillText(brief, variables) }),
      });
      if (outcome === "completed") return { end: { outcome: "transferred" } };
      if (outcome === "ended") return { end: { outcome } };
    } catch (error) {
      host.onError(error);
    }
    this.isLeaving = false;
    return { action: failed ?? { do: "say", say: book.language.notThere } };
  }

  async #hangUp({ say }: HangUp): Promise<Next> {
    const { host, floor } = this.#options;
    if (say !== undefined) await floor().tell(say);
    this.isLeaving = true;
    // Not awaited: its end is the end of the call, which is another one.
    Promise.resolve(host.hangup()).catch((error) => host.onError(error));
    return { end: { outcome: "hung-up" } };
  }

  #value({ value }: ReturnValue): { readonly value?: unknown } {
    if (typeof value !== "string") return value === undefined ? {} : { value };
    return { value: fillText(value, this.#options.position.variables) };
  }

  async #code(code: MenuCode, otherwise: MenuAction): Promise<Next> {
    const { book, host, position, signal } = this.#options;
    try {
      const action = await code(this.#call);
      position.save();
      return { action: action === undefined ? otherwise : book.action(action, this.menus) };
    } catch (error) {
      signal.throwIfAborted();
      host.onError(error);
      return this.#failed();
    }
  }

  #callOf(): MenuCall {
    const { host, position, signal, floor, book: { language } } = this.#options;
    const asking = () => {
      this.#actions = 0;
      return floor().asking;
    };
    const chosen = () => this.#chosen;
    return {
      info: host.info,
      variables: position.variables,
      signal,
      get chosen(): string {
        return chosen();
      },
      say: (prompt) => floor().say(prompt),
      collectDigits: (options = {}) => collectDigits(options, language, asking()),
      confirm: async (options) => (await confirm(options, language, asking())).value,
    };
  }
}
