/** Which answer belongs to which command: FreeSWITCH answers in the order it was asked, and says no more. */

import type { Clock, Timer } from "../clock/mod.ts";
import { type EslError, EslTimeoutError } from "./esl_error.ts";
import type { EslReply } from "./esl_reply.ts";

/** A command that waits for its answer. */
interface Waiting {
  readonly what: string;
  readonly isApi: boolean;
  readonly resolve: (reply: EslReply) => void;
  readonly reject: (error: EslError) => void;
  readonly timer: Timer;
}

/** The kinds of frames that answer. */
export type ReplyKind = "command/reply" | "api/response";

/**
 * One line for all commands, of whatever kind.
 *
 * A command whose time is up keeps its place, as its answer may still come and must not be taken for
 * another's.
 */
export class ReplyQueue {
  readonly #clock: Clock;
  readonly #waiting: Waiting[] = [];
  /** Where the line begins: shifting an array costs time by its length. */
  #first = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How many commands wait. */
  get length(): number {
    return this.#waiting.length - this.#first;
  }

  /**
   * Joins the line; to be called just before the command is sent.
   *
   * @returns the answer; it rejects with {@link EslTimeoutError} after `timeoutMs`
   */
  join(what: string, options: { isApi: boolean; timeoutMs: number }): Promise<EslReply> {
    const { isApi, timeoutMs } = options;
    return new Promise((resolve, reject) => {
      const onTimeout = () =>
        reject(
          new EslTimeoutError(`Cannot wait on for ${what} as it has no answer in ${timeoutMs} ms`),
        );
      const timer = this.#clock.setTimer(onTimeout, timeoutMs);
      this.#waiting.push({ what, isApi, resolve, reject, timer });
    });
  }

  /** Gives an answer to the first in the line. False if nobody can have asked for it. */
  answer(kind: ReplyKind, reply: EslReply): boolean {
    const first = this.#waiting[this.#first];
    if (first === undefined) return false;
    // A socket without `full` refuses an API command as if it were any other.
    const fits = first.isApi
      ? kind === "api/response" || reply.text.startsWith("-ERR")
      : kind === "command/reply";
    if (!fits) return false;
    this.#shift();
    first.timer.cancel();
    first.resolve(reply);
    return true;
  }

  /** Nobody will be answered any more. */
  fail(error: (what: string) => EslError): void {
    const waiting = this.#waiting.splice(0).slice(this.#first);
    this.#first = 0;
    for (const { what, timer, reject } of waiting) {
      timer.cancel();
      reject(error(what));
    }
  }

  #shift(): void {
    this.#first++;
    if (this.#first < 64 && this.#first < this.#waiting.length) return;
    this.#waiting.splice(0, this.#first);
    this.#first = 0;
  }
}
