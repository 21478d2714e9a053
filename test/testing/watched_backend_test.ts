import { describe, expect, test } from "bun:test";
import { mock } from "../../src/backend/mod.ts";
import { VirtualClock } from "../../src/clock/mod.ts";
import { caller, simulate, withFaults } from "../../src/testing/mod.ts";

/** A bot as a class whose state is its own. */
class PrivateBot {
  readonly #greeting = "Good day.";
  transcribe = () => "";
  generate = () => "";
  speak = () => ({ samples: new Int16Array(8000), sampleRate: 8000 });
  onCallStart(): string {
    return this.#greeting;
  }
}

describe("a bot that is simulated", () => {
  test.each([
    ["is frozen", Object.freeze(mock({ greeting: "Good day." }))],
    ["is a class with private fields", new PrivateBot()],
    [
      "is frozen, and has faults",
      withFaults(Object.freeze(mock({ greeting: "Good day." })), {
        rules: [],
        clock: new VirtualClock(),
      }),
    ],
  ])("may be one that %s, as a phone takes it", async (_, bot) => {
    const conversation = await simulate(bot, caller().waitForAgent().hangsUp());
    expect(conversation.agentText).toBe("Good day.");
    expect(conversation.errors).toEqual([]);
  });
});
