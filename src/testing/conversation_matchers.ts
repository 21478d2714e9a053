/** Matchers on a conversation, for test runners with an `expect` that can be extended. */

import { Conversation } from "./conversation.ts";
import {
  type AnyCheck,
  CHECKS,
  type ConversationMatchers,
  failure,
} from "./expect_conversation.ts";

/** What `expect.extend` wants of a matcher. */
export type ExtendedMatcher = (
  received: unknown,
  // deno-lint-ignore no-explicit-any -- each runner has its own type for what follows
  ...args: any[]
) => { readonly pass: boolean; readonly message: () => string };

/**
 * For `expect.extend(conversationMatchers)` of bun:test, jest, vitest, npm's `expect` and @std/expect.
 *
 * TypeScript learns of them where a file of the tests says
 *
 * ```ts ignore
 * import type { ConversationMatchers } from "@sofia/phone/testing";
 * declare module "bun:test" { // or "vitest"; of "@std/expect" it is the interface Expected
 *   interface Matchers<T> extends ConversationMatchers {}
 * }
 * ```
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { conversationMatchers } from "@sofia/phone/testing";
 *
 * // expect.extend(conversationMatchers);
 * // expect(conversation).toHaveHeard("good day");
 * assert.ok("toHaveHeard" in conversationMatchers);
 * ```
 */
export const conversationMatchers: {
  readonly [Name in keyof ConversationMatchers]: ExtendedMatcher;
} = Object.fromEntries(
  Object.entries(CHECKS).map(([name, check]) => [name, (received: unknown, ...args: unknown[]) => {
    const conversation = conversationIn(name, received);
    const result = (check as AnyCheck)(conversation, ...args);
    // A message is asked for when it fails: a passed check fails where `not` stands before it.
    return { pass: result.pass, message: () => failure(conversation, result, result.pass) };
  }]),
) as unknown as { readonly [Name in keyof ConversationMatchers]: ExtendedMatcher };

/** What was received: @std/expect hands it over as the `value` of a context. */
function conversationIn(name: string, received: unknown): Conversation {
  if (received instanceof Conversation) return received;
  const { value } = (received ?? {}) as { value?: unknown };
  if (value instanceof Conversation) return value;
  throw new TypeError(
    `Cannot match by ${name} as it takes what simulate() returns: current value is ${received}`,
  );
}
