/** What a menu needs of a call: the seam between the two. */

import type {
  CallInfo,
  Floor,
  FloorOptions,
  TransferOptions,
  TransferResult,
} from "../../backend/mod.ts";
import type { Clock } from "../../clock/mod.ts";

/** What is known of a call, under names. */
export interface MenuMemory {
  /** What was last set under `key`. */
  get(key: string): unknown;
  /** Keeps a value that JSON can hold. */
  set(key: string, value: unknown): void;
  /** Forgets it. */
  delete(key: string): unknown;
}

/** A call, as a menu sees it. */
export interface MenuHost {
  /** Who calls. */
  readonly info: CallInfo;
  /** Time. */
  readonly clock: Clock;
  /** Keeps the place in the menu, for whoever goes on with the call. */
  readonly memory: MenuMemory;
  /** Talks with the caller in the place of the bot. */
  takeFloor(options?: FloorOptions): Floor;
  /** Gives the caller to somebody else, and takes it back if that fails. */
  transfer(
    target: string,
    options: Pick<TransferOptions, "timeoutMs" | "hear" | "brief">,
  ): Promise<Pick<TransferResult, "outcome">>;
  /** Whether the call is over: nobody is asked then. */
  readonly isOver: boolean;
  /** Resolves when the call is over. */
  readonly ended: Promise<unknown>;
  /** Ends the call. */
  hangup(): void | Promise<void>;
  /** Hides the digits of the caller until what it returns is called. */
  maskKeys(): () => void;
  /** Told of what failed; the call goes on. */
  onError(error: unknown): void;
}
