/** Assertions on a conversation, for any test runner. */

import type { HistoryEntry } from "../backend/mod.ts";
import type { Conversation, ConversationEnd } from "./conversation.ts";
import {
  answersWithinMs,
  type CheckResult,
  hasEnded,
  hasHeard,
  hasHistory,
  hasNoOverlap,
  hasNoSilenceLongerThanMs,
  hasSaid,
  hasTranscribed,
  type SilenceOptions,
  stopsWithinMs,
  wasInterrupted,
  type Words,
} from "./conversation_checks.ts";

/** What can be expected of a conversation; `R` is what the matchers of the test runner return. */
export interface ConversationMatchers<R = void> {
  /** Each turn of the caller was followed by the agent's first sound within `ms`. */
  toAnswerWithinMs(ms: number): R;
  /** Wherever the caller spoke over it, the agent was silent `ms` after the caller's onset. */
  toStopSpeakingWithinMs(ms: number): R;
  /** The caller heard these words of the agent. In a string neither case nor signs matter. */
  toHaveHeard(words: Words): R;
  /** The agent had these words to say, whether the caller heard them or not. */
  toHaveSaid(words: Words): R;
  /** These words of the caller were understood. */
  toHaveTranscribed(words: Words): R;
  /** The agent was cut short by the caller, so often if that is said. */
  toHaveBeenInterrupted(times?: number): R;
  /** The caller and the agent were never to be heard together for more than `ms` in all; 0 if not said. */
  toHaveNoOverlap(ms?: number): R;
  /** The backend's history is this. What an entry does not say of `interrupted` is not asked. */
  toHaveHistory(history: readonly HistoryEntry[]): R;
  /** The call ended like this. */
  toHaveEnded(cause: ConversationEnd["cause"]): R;
  /** Somebody was to be heard at least every `ms`, from the beginning to the end. */
  toHaveNoSilenceLongerThanMs(ms: number, options?: SilenceOptions): R;
}

/** The checks behind the matchers, by their names. */
export const CHECKS: {
  readonly [Name in keyof ConversationMatchers]: (
    conversation: Conversation,
    ...args: Parameters<ConversationMatchers[Name]>
  ) => CheckResult;
} = {
  toAnswerWithinMs: answersWithinMs,
  toStopSpeakingWithinMs: stopsWithinMs,
  toHaveHeard: hasHeard,
  toHaveSaid: hasSaid,
  toHaveTranscribed: hasTranscribed,
  toHaveBeenInterrupted: wasInterrupted,
  toHaveNoOverlap: hasNoOverlap,
  toHaveHistory: hasHistory,
  toHaveEnded: hasEnded,
  toHaveNoSilenceLongerThanMs: hasNoSilenceLongerThanMs,
};

/** The matchers, each of which returns the same again, and their opposites. */
export interface ConversationExpectation extends ConversationMatchers<ConversationExpectation> {
  /** The opposite of each. */
  readonly not: ConversationMatchers<ConversationExpectation>;
}

/**
 * Expectations that throw an `Error` named AssertionError, with the transcript, when they are not met.
 *
 * For `node:test` and whatever else has no `expect`; where there is one, `conversationMatchers` extend it.
 *
 * @example
 * ```ts
 * import { mock } from "@sofia/phone/backend";
 * import { caller, expectConversation, simulate } from "@sofia/phone/testing";
 *
 * const bot = mock({ script: [{ hears: "Hello?", says: "Good day." }] });
 * const conversation = await simulate(bot, caller().says("Hello?"));
 * expectConversation(conversation)
 *   .toAnswerWithinMs(1000)
 *   .toHaveHeard("good day")
 *   .not.toHaveBeenInterrupted();
 * ```
 */
export function expectConversation(conversation: Conversation): ConversationExpectation {
  const matchers = (isNot: boolean) =>
    Object.fromEntries(
      Object.entries(CHECKS).map(([name, check]) => [name, (...args: unknown[]) => {
        const result = (check as AnyCheck)(conversation, ...args);
        if (result.pass === isNot) throw assertionError(failure(conversation, result, isNot));
        return expectation;
      }]),
    ) as unknown as ConversationMatchers<ConversationExpectation>;
  const expectation: ConversationExpectation = { ...matchers(false), not: matchers(true) };
  return expectation;
}

/** A check whose arguments are not known. */
export type AnyCheck = (conversation: Conversation, ...args: unknown[]) => CheckResult;

/** What a test says that fails. */
export function failure(
  conversation: Conversation,
  { expected, found }: CheckResult,
  isNot: boolean,
): string {
  return `Expected the conversation ${isNot ? "not " : ""}${expected}\nFound: ${found}\n\n` +
    `${conversation}\n`;
}

function assertionError(message: string): Error {
  const error = new Error(message);
  error.name = "AssertionError";
  return error;
}
