/** Where a call is in its menus, kept so that another process can go on from there. */

import type { MenuBook } from "./menu_book.ts";
import type { MenuMemory } from "./menu_host.ts";

/** What is kept. */
interface Kept {
  readonly path: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  readonly isWithBot: boolean;
}

/**
 * The way through the menus, from the first one to that which is asked, and what was collected.
 *
 * Variables that are secret are not kept.
 */
export class MenuPosition {
  /** What was collected. */
  readonly variables: Record<string, string>;
  /** Whether the bot has the caller. */
  isWithBot = false;
  readonly #key: string;
  readonly #memory: MenuMemory;
  readonly #secret = new Set<string>();
  #path: string[];

  /** Begins at the start of `book`, or where `memory` says, as far as the book still knows that. */
  constructor(book: MenuBook, memory: MenuMemory, isResumed: boolean) {
    this.#key = `menu:${book.name}`;
    this.#memory = memory;
    this.variables = { ...book.variables };
    this.#path = [book.start];
    const kept = isResumed ? memory.get<Kept>(this.#key) : undefined;
    if (kept === undefined) return;
    const known = kept.path.findIndex((name) => book.menu(name) === undefined);
    const path = known === -1 ? kept.path : kept.path.slice(0, known);
    if (path.length > 0) this.#path = [...path];
    Object.assign(this.variables, kept.variables);
    this.isWithBot = kept.isWithBot;
  }

  /** The menus from the first one to that which is asked. */
  get path(): readonly string[] {
    return this.#path;
  }

  /** The menu that is asked. */
  get menu(): string {
    return this.#path.at(-1)!;
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
    const { isWithBot } = this;
    const kept: Kept = { path: this.#path, variables: Object.fromEntries(open), isWithBot };
    this.#memory.set(this.#key, kept);
  }

  /** Forgets it: the menu is over. */
  forget(): void {
    this.#memory.delete(this.#key);
  }
}
