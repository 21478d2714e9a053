/** How a menu ended. */

/** What came of a menu. */
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
