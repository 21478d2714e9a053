/** A menu that is run with one caller. */

import { abortable } from "@std/async";
import type { HandToBot, MenuAction } from "./menu.ts";
import type { MenuBook } from "./menu_book.ts";
import type { MenuEnd } from "./menu_end.ts";
import { MenuFloor } from "./menu_floor.ts";
import type { MenuHost } from "./menu_host.ts";
import { MenuPosition } from "./menu_position.ts";
import { type End, MenuSteps } from "./menu_steps.ts";

/** How a menu is run. */
export interface RunMenuOptions {
  /** Goes on where the call's memory says that it was. @default true */
  readonly resume?: boolean;
  /** Cuts what the bot is saying, such as its greeting, which is not said later either. @default false */
  readonly cut?: boolean;
  /** Ends it; the bot has the call then. */
  readonly signal?: AbortSignal;
}

/** Runs a menu until it is over, or the call is. */
export class MenuRun {
  /** Resolves, and never rejects, when it is over. */
  readonly ended: Promise<MenuEnd>;
  readonly #book: MenuBook;
  readonly #host: MenuHost;
  readonly #position: MenuPosition;
  readonly #steps: MenuSteps;
  readonly #abort = new AbortController();
  #floor: MenuFloor | undefined;
  #isCallOver = false;
  /** Gives the caller back, while the bot has it. */
  #giveBack: ((then: MenuAction | undefined) => void) | undefined;

  /**
   * Begins at once.
   *
   * @throws {TypeError} when somebody has the floor
   */
  constructor(book: MenuBook, host: MenuHost, options: RunMenuOptions = {}) {
    const { resume = true, cut, signal } = options;
    this.#book = book;
    this.#host = host;
    this.#position = new MenuPosition(book, host.memory, resume);
    this.#steps = new MenuSteps({
      book,
      host,
      position: this.#position,
      floor: () => this.#floor ?? this.#take(),
      release: () => this.#release(),
      bot: (action) => this.#handOver(action),
      signal: this.#abort.signal,
    });
    const { bot, menu } = this.#position;
    if (bot === undefined) this.#take(cut);
    const stop = () => this.#end("stopped");
    if (signal?.aborted) stop();
    signal?.addEventListener("abort", stop, { once: true });
    this.ended = this.#run(bot ?? { do: "menu", menu });
    void this.ended.then(() => signal?.removeEventListener("abort", stop));
    void host.ended.then(() => {
      this.#isCallOver = true;
      if (!this.#steps.isLeaving) this.#end("ended");
    });
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
   * Takes the caller back from the bot, at once: what it is saying, or about to answer, is forgotten.
   *
   * @param then what is done, such as the name of a menu; by default what the menu says of that
   * @throws {TypeError} for what is no action, when the bot does not have the caller, or when somebody
   * else has the floor
   */
  resume(then?: MenuAction): void {
    if (this.#giveBack === undefined) {
      throw new TypeError("Cannot go back to the menu as the bot has the caller: the menu has it");
    }
    const action = then === undefined ? undefined : this.#book.action(then, this.#steps.menus);
    this.#take(true);
    this.#giveBack(action);
  }

  /** Takes the caller back at once, if this is the key for that. */
  takes(digit: string): boolean {
    const { returnKey = "" } = this.#position.bot ?? {};
    if (this.#giveBack === undefined || !returnKey.includes(digit)) return false;
    try {
      this.#take(true);
    } catch {
      // Somebody else asks the caller something, and the key is the answer to that.
      return false;
    }
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
    }
    this.#end("stopped");
    this.#release();
    // What a call was cut off from is gone on with by whoever takes it back.
    if (end.outcome !== "ended" && end.outcome !== "stopped") this.#position.forget();
    const { variables, path } = this.#position;
    return { ...end, variables: { ...variables }, path: [...path] };
  }

  async #perform(first: MenuAction): Promise<End> {
    let action = first;
    for (;;) {
      const next = await this.#steps.take(action);
      this.#abort.signal.throwIfAborted();
      if ("end" in next) return next.end;
      // It may have ended while it was about to leave, which then came to nothing.
      if (this.#isCallOver) return { outcome: "ended" };
      action = next.action;
    }
  }

  async #handOver(action: HandToBot): Promise<MenuAction | undefined> {
    const position = this.#position;
    this.#release();
    position.handOver(action);
    const given = await new Promise<MenuAction | undefined>((resolve) => this.#giveBack = resolve);
    this.#giveBack = undefined;
    position.handOver(undefined);
    return given;
  }

  #end(outcome: "stopped" | "ended"): void {
    this.#abort.abort({ outcome } satisfies End);
  }

  #take(cut?: boolean): MenuFloor {
    this.#abort.signal.throwIfAborted();
    const { sounds, listen } = this.#book;
    const { variables } = this.#position;
    const { signal } = this.#abort;
    return this.#floor = new MenuFloor(this.#host, { sounds, variables, listen, signal, cut });
  }

  #release(): void {
    this.#floor?.[Symbol.dispose]();
    this.#floor = undefined;
  }
}
