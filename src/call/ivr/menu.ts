/** Menus as data, and as code: what can be written down, and read from JSON. */

import type { CallInfo, MaybePromise, Said } from "../../backend/mod.ts";
import type { CollectDigitsOptions, CollectedDigits } from "./collect_digits.ts";
import type { ConfirmOptions } from "./confirm.ts";
import type { DigitTimes } from "./digit_collector.ts";
import type { MenuLanguageName } from "./languages.ts";
import type { MenuPrompt } from "./menu_prompt.ts";

/** How an answer is waited for, and what is done without one. */
export interface MenuInput extends DigitTimes {
  /** How often it is asked for. @default 3 */
  readonly tries?: number;
  /** Said before it is asked for again when nothing came. @default in the menu's language */
  readonly noInput?: MenuPrompt;
  /** Said before it is asked for again when what came was wrong. @default in the menu's language */
  readonly invalid?: MenuPrompt;
  /** Forgets what was pressed before the question was asked. @default false */
  readonly flush?: boolean;
  /** What is done after the last try. @default to say good-bye and hang up */
  readonly failed?: MenuAction;
}

/** Something a caller can choose, by its key, by words, or both. */
export interface MenuOption {
  /** One key or several: `1`, `12`, `#`. It can be said as well, where the menu listens. */
  readonly key?: string;
  /** Words by which it is chosen. */
  readonly says?: readonly string[];
  /** What is done then. */
  readonly next: MenuAction;
}

/** A question with a choice of answers. */
export interface Menu extends MenuInput {
  /** The question. */
  readonly prompt: MenuPrompt | ((call: MenuCall) => MaybePromise<MenuPrompt>);
  /** The answers. */
  readonly options: readonly MenuOption[];
}

/** Menus by their names, and what they have in common. */
export interface Menus {
  /** Names them all, for what is kept of a call's place in them. @default "menu" */
  readonly name?: string;
  /** The one that is asked first. @default the first */
  readonly start?: string;
  /** The menus. */
  readonly menus: Readonly<Record<string, Menu>>;
  /** What their words are in. @default "en" */
  readonly language?: MenuLanguageName;
  /**
   * What the caller is listened to for. Speech is understood by the backend.
   * @default "keys and speech" if an option has words, else "keys"
   */
  readonly listen?: "keys" | "keys and speech";
  /** What holds for each menu that does not say otherwise. */
  readonly defaults?: MenuInput;
  /** Values for the texts. */
  readonly variables?: Readonly<Record<string, string>>;
}

/**
 * Code in the place of an action: it may return one, by default `repeat`. What it throws is told as an
 * error of the call, and is for the menu as if no answer had come.
 */
export interface MenuCode {
  (call: MenuCall): MaybePromise<MenuAction | void>;
}

/**
 * What is done when something was chosen.
 *
 * What follows an action is its `next`, and not its `then`: code returns actions by promises, and an object
 * whose `then` is a function would be taken for another promise.
 */
export type MenuAction =
  /** The name of a menu, or one of the actions that need no more words. */
  | string
  | MenuCode
  | GoToMenu
  | SaySomething
  | CollectSomething
  | ConfirmSomething
  | HandToBot
  | TransferCaller
  | HangUp
  | ReturnValue
  | RunFunction;

/** Asks another menu, from which `back` leads here. */
export interface GoToMenu {
  /** Goes to another menu. */
  readonly do: "menu";
  /** Its name, or a menu that is written down here. */
  readonly menu: string | Menu;
}

/** Says something. */
export interface SaySomething {
  /** Says something. */
  readonly do: "say";
  /** What is said. */
  readonly say: MenuPrompt;
  /** What is done after it. @default "repeat" */
  readonly next?: MenuAction;
}

/** Has digits pressed, or said, and keeps them in a variable. */
export interface CollectSomething extends MenuInput {
  /** Collects digits. */
  readonly do: "collect";
  /** The variable. */
  readonly as: string;
  /** The question. */
  readonly prompt: MenuPrompt;
  /** The fewest digits. @default 1 */
  readonly min?: number;
  /** The most. @default 32 */
  readonly max?: number;
  /** Keys that end them sooner. @default "#" */
  readonly terminators?: string;
  /** A key that takes back what was pressed. @default none */
  readonly erase?: string;
  /** Keeps them out of logs, recordings and what is stored of the call. @default false */
  readonly mask?: boolean;
  /** What is done after it. @default "repeat" */
  readonly next?: MenuAction;
}

/** Asks yes or no. */
export interface ConfirmSomething extends MenuInput {
  /** Asks yes or no. */
  readonly do: "confirm";
  /** The question. */
  readonly prompt: MenuPrompt;
  /** What is done after a yes. */
  readonly yes: MenuAction;
  /** What is done after a no. @default "repeat" */
  readonly no?: MenuAction;
}

/** Lets the backend talk with the caller, until the call is over or it gives the caller back. */
export interface HandToBot {
  /** Hands the caller to the bot. */
  readonly do: "bot";
  /** Said before. */
  readonly say?: MenuPrompt;
  /** A key by which the caller comes back to the menu. @default none */
  readonly returnKey?: string;
  /** What is done then, if who gives the caller back does not say. @default "repeat" */
  readonly next?: MenuAction;
}

/** Gives the caller to somebody else. */
export interface TransferCaller {
  /** Transfers the caller. */
  readonly do: "transfer";
  /** Whom the call's own `transfer` can reach: a number, a SIP URI; it may have variables. */
  readonly to: string;
  /** How long it may ring, in ms. @default 30000 */
  readonly timeoutMs?: number;
  /** What the caller hears meanwhile. @default "ringback" */
  readonly hear?: "ringback" | "silence" | { readonly file: string };
  /** What the human hears before the two speak; it may have variables. @default nothing */
  readonly brief?: string;
  /** Said before. */
  readonly say?: MenuPrompt;
  /** What is done when nobody is there. @default to say so, and "repeat" */
  readonly failed?: MenuAction;
}

/** Ends the call. */
export interface HangUp {
  /** Hangs up. */
  readonly do: "hang-up";
  /** Said before. */
  readonly say?: MenuPrompt;
}

/** Ends the menu; the bot has the call. */
export interface ReturnValue {
  /** Ends the menu. */
  readonly do: "return";
  /** What whoever ran the menu is given; a text may have variables. */
  readonly value?: unknown;
}

/** Calls a function that whoever runs the menu has given; it may return an action. */
export interface RunFunction {
  /** Runs a function. */
  readonly do: "run";
  /** Its name. */
  readonly name: string;
  /** What is done if it returns none. @default "repeat" */
  readonly next?: MenuAction;
}

/** What code in a menu can do. */
export interface MenuCall {
  /** Who calls. */
  readonly info: CallInfo;
  /** What was collected so far; code may add to it. */
  readonly variables: Record<string, string>;
  /** What was chosen last: the keys, or what was said. */
  readonly chosen: string;
  /** Fires when the menu is over. */
  readonly signal: AbortSignal;
  /** Says something; resolves when the caller has heard it, or cut it short. */
  say(prompt: MenuPrompt): Promise<Said["outcome"]>;
  /** Has digits pressed, as {@link collectDigits} of a call. */
  collectDigits(options?: CollectDigitsOptions): Promise<CollectedDigits>;
  /** Asks yes or no; undefined when no answer came. */
  confirm(options: ConfirmOptions): Promise<boolean | undefined>;
}

/** The actions that are one word, which no menu can be called. */
export const PLAIN_ACTIONS = ["repeat", "back", "top", "bot", "hang-up", "return"] as const;
