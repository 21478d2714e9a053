/** Where a call is in its menus, kept so that another process can go on from there. */

import type { HandToBot } from "./menu.ts";
import type { MenuBook } from "./menu_book.ts";
import type { MenuMemory } from "./menu_host.ts";

/** What is kept. */
interface Kept {
  readonly path: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  readonly bot?: HandToBot;
}

/**
 * The way through the menus, from the first one to that which is asked, and what was collected.
 *
 * Variables that are secret are not kept.
 */
export class MenuPosition {
  /** What was collected. */
  readonly variables: Record<string, string>;
  readonly #key: string;
  readonly #memory: MenuMemory;
  readonly #secret = new Set<string>();
  #path: string[];
  #bot: HandToBot | undefined;

  /** Begins at the start of `book`, or where `memory` says, as far as the book still knows that. */
  constructor(book: MenuBook, memory: MenuMemory, isResumed: boolean) {
    this.#key = `menu:${book.name}`;
    this.#memory = memory;
    this.variables = { ...book.variables };
    this.#path = [book.start];
    const kept = (isResumed ? memory.get(this.#key) : undefined) as Kept | undefined;
    if (kept === undefined) return;
    const known = kept.path.findIndex((name) => book.menu(name) === undefined);
    const path = known === -1 ? kept.path : kept.path.slice(0, known);
    if (path.length > 0) this.#path = [...path];
    Object.assign(this.variables, kept.variables);
    this.#bot = kept.bot && knownBot(book, kept.bot);
  }

  /** The menus from the first one to that which is asked. */
  get path(): readonly string[] {
    return this.#path;
  }

  /** The menu that is asked. */
  get menu(): string {
    return this.#path.at(-1)!;
  }

  /** Why the bot has the caller; undefined while the menu has it. */
  get bot(): HandToBot | undefined {
    return this.#bot;
  }

  /** The bot has the caller, or with undefined the menu again. */
  handOver(action: HandToBot | undefined): void {
    this.#bot = action;
    this.save();
  }

  /** Goes to a menu. One that was passed on the way is gone back to, so that circles do not grow. */
  enter(name: string): void {
    const at = this.#path.indexOf(name);
    this.#path = at === -1 ? [...this.#path, name] : this.#path.slice(0, at + 1);
    this.save();
  }

  /** Goes back by one menu, from the first one to itself. */
  back(): void {
    if (this.#path.length > 1) this.#path.pop();
    this.save();
  }

  /** Goes back to the first menu. */
  top(): void {
    this.#path.length = 1;
    this.save();
  }

  /** Keeps what was collected; what `isSecret` only here. */
  set(name: string, value: string, isSecret: boolean): void {
    this.variables[name] = value;
    if (isSecret) this.#secret.add(name);
    else this.#secret.delete(name);
    this.save();
  }

  /** Writes it down. */
  save(): void {
    const open = Object.entries(this.variables).filter(([name]) => !this.#secret.has(name));
    const kept: Kept = {
      path: [...this.#path],
      variables: Object.fromEntries(open),
      ...this.#keptBot(),
    };
    this.#memory.set(this.#key, kept);
  }

  /** Forgets it: the menu is over. */
  forget(): void {
    this.#memory.delete(this.#key);
  }

  #keptBot(): Pick<Kept, "bot"> {
    if (this.#bot === undefined) return {};
    const { returnKey, next } = this.#bot;
    // Code cannot be written down, and what was said before is said.
    const isData = next !== undefined && isJson(next);
    return { bot: { do: "bot", ...(returnKey && { returnKey }), ...(isData && { next }) } };
  }
}

function isJson(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return typeof value !== "function";
  return !ArrayBuffer.isView(value) && Object.values(value).every(isJson);
}

/** What is kept of a hand-over, as far as the book still knows it. */
function knownBot(book: MenuBook, bot: HandToBot): HandToBot {
  try {
    return book.action(bot, new Map()) as HandToBot;
  } catch {
    return { do: "bot" };
  }
}
