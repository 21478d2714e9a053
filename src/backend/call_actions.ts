/** What a backend can do to the call it talks in. */

import type { DigitsAnswer, DigitsQuestion } from "./digits_question.ts";
import type { Announcement, Said, SayOptions } from "./floor.ts";
import type { TransferOptions, TransferResult, TransferTarget } from "./transfer.ts";

/**
 * The call of a backend, as far as it may act on it. Each method does what that of `Call` with its name
 * does, and rejects as it does. A step may wait for it: that time does not count towards its deadlines.
 */
export interface CallActions {
  /** Ends the call, by default in the normal way, or with a cause such as `USER_BUSY`. */
  hangup(cause?: string): Promise<void>;
  /** Gives the caller to somebody else, and says what became of it. */
  transfer(target: TransferTarget, options?: TransferOptions): Promise<TransferResult>;
  /** Says something in the conversation, behind what the agent is saying. */
  say(what: Announcement, options?: SayOptions): Promise<Said>;
  /** Presses keys for the other side to hear. */
  sendDtmf(digits: string): void;
  /**
   * Asks the caller for digits, when what the agent is saying has been said. Rejects with a `TypeError`
   * when somebody else talks with the caller.
   */
  collectDigits(question?: DigitsQuestion): Promise<DigitsAnswer>;
  /** The menu that the caller comes from; undefined when there is none. */
  readonly menu?: {
    /** Whether the agent has the caller, and not the menu. */
    readonly isWithBot: boolean;
    /**
     * Gives the caller back at once: what the agent is about to answer is not said.
     *
     * @param next the name of a menu, or what else the menu is to do; by default what it says of that
     * @throws {TypeError} when the agent does not have the caller
     */
    resume(next?: string): void;
  } | undefined;
}

/** The methods whose last argument is an object of options, to which the actions belong. */
const STEPS: ReadonlySet<string | symbol> = new Set([
  "transcribe",
  "transcribeStream",
  "generate",
  "speak",
  "converse",
]);

/**
 * The same backend for one call, whose steps find the `actions` in their options, and whose listeners
 * have them as one more argument.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { type CallActions, type VoiceBackend, withActions } from "@sofia/phone/backend";
 *
 * const backend: VoiceBackend = {
 *   transcribe: () => "",
 *   generate: () => "",
 *   speak: () => ({ samples: new Int16Array(), sampleRate: 16000 }),
 *   onDtmf: (digit, _call, actions) => digit === "0" ? void actions?.transfer("1001") : undefined,
 * };
 * const asked: string[] = [];
 * const actions = { transfer: (target: string) => asked.push(target) } as unknown as CallActions;
 * const call = { sessionId: "1", from: { user: "alice" }, to: { user: "bot" }, headers: {} };
 * await withActions(backend, actions).onDtmf?.("0", call);
 * assert.deepEqual(asked, ["1001"]);
 * ```
 */
export function withActions<B extends object>(backend: B, actions: CallActions): B {
  // Not the backend itself: what is frozen may not look different through a proxy.
  const stand: object = typeof backend === "function" ? () => {} : {};
  return new Proxy(stand, {
    has: (_, name) => name in backend,
    get(_, name) {
      const value: unknown = Reflect.get(backend, name, backend);
      if (typeof value !== "function") return value;
      if (STEPS.has(name)) {
        return (...args: unknown[]) =>
          value.apply(backend, [...args.slice(0, -1), { ...args.at(-1) as object, actions }]);
      }
      const isListener = typeof name === "string" && /^on[A-Z]/.test(name);
      return (...args: unknown[]) => value.apply(backend, isListener ? [...args, actions] : args);
    },
    // A backend that is a function makes the stream of a call.
    apply: (_, self, args) =>
      Reflect.apply(backend as (...args: unknown[]) => unknown, self, [...args, actions]),
  }) as B;
}
