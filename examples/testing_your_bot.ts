/**
 * Tests of a bot without a telephone: a caller of a script talks with it, in virtual time.
 *
 * Run them with `bun test ./examples/testing_your_bot.ts` or `deno test -A examples/testing_your_bot.ts`.
 * They use `node:test`, which both know; where there is an `expect`, `expect.extend(conversationMatchers)`
 * teaches it the same.
 */

import { test } from "node:test";
import type { VoiceBackend } from "@sofia/phone";
import {
  caller,
  expectConversation,
  impair,
  simulate,
  syntheticSpeech,
} from "@sofia/phone/testing";

/** The bot: a restaurant that knows two rules. Yours is what you want to test. */
const restaurant: VoiceBackend = {
  onCallStart: () => "Welcome to the restaurant. Would you like to book a table?",
  transcribe: () => "", // The script says what was said; a test of your own recogniser leaves it in.
  generate(text) {
    if (/cancel/i.test(text)) return "Your table is cancelled. Good bye.";
    const people = /\b(two|three|four)\b/i.exec(text)?.[1];
    if (people === undefined) return "For how many people?";
    return `A table for ${people}, tonight at seven. Please press one to confirm, or tell me another time.`;
  },
  onDtmf: (digit) => digit === "1" ? "Thank you. See you tonight." : undefined,
  speak: (text) => syntheticSpeech(text, { pitchHz: 210 }),
};

const options = { transcribe: "from script" } as const;
const greeted = caller().waitForAgent();

test("a table is booked", async () => {
  const script = greeted
    .says("Yes, please.").waitForAgent()
    .says("We are four.").waitForAgent()
    .presses("1").waitForAgent()
    .hangsUp();
  expectConversation(await simulate(restaurant, script, options))
    .toAnswerWithinMs(800)
    .toHaveHeard("a table for four")
    .toHaveHeard("see you tonight")
    .toHaveNoOverlap()
    .toHaveEnded("caller");
});

test("a caller in a hurry interrupts, and what it did not hear is not in the history", async () => {
  const script = greeted
    .says("A table for two.")
    .interrupts("Cancel that, please.", { afterMs: 1200 })
    .waitForAgent();
  const conversation = await simulate(restaurant, script, options);
  expectConversation(conversation)
    .toHaveBeenInterrupted(1)
    .toStopSpeakingWithinMs(900)
    .toHaveHeard("your table is cancelled")
    .not.toHaveHeard("press one to confirm");
});

test("a cough and a bad line change nothing", async () => {
  const line = impair({ loss: 0.03, jitterMs: 40 });
  const script = caller().background("pink", { levelDb: -50 })
    .waitForAgent({ for: "start" }).afterMs(500).coughs().waitForAgent()
    .says("A table for three, please.").waitForAgent();
  for (const seed of [1, 2, 3]) {
    expectConversation(await simulate(restaurant, script, { ...options, line, seed }))
      .toHaveTranscribed("a table for three")
      .toHaveHeard("for three, tonight at seven");
  }
});
