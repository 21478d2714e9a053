import { describe, expect, test } from "bun:test";
import { resilient, type Step, type VoiceBackend } from "../../../src/backend/mod.ts";
import { type Clock, SeededRandom } from "../../../src/clock/mod.ts";
import { type Fault, withFaults } from "../../../src/testing/faults/mod.ts";
import { FAULTS } from "../../support/faults.ts";
import { STEPS, voice } from "../../support/voices.ts";
import { ConversationRig } from "../conversation_rig.ts";

/** The time from the end of the caller's turn to the first sound, after which a turn has failed. */
const FIRST_AUDIO_MS = 15_000;

/** A conversation with a guarded backend whose step has a fault in the caller's first turn. */
function converse(step: Step, fault: Fault) {
  const clock: Clock = {
    now: () => rig.clock.now(),
    setTimer: (callback, delayMs) => rig.clock.setTimer(callback, delayMs),
  };
  // Where it can hear while the caller speaks, it hears the whole turn only when that has failed.
  const able = (name: string): VoiceBackend =>
    step === "transcribe" ? { ...voice(name), transcribeStream: undefined } : voice(name);
  const rules = [{ step, fault, when: () => rig.turn === 1 }];
  const backend = resilient(withFaults(able("first"), { clock, rules }), {
    clock,
    random: new SeededRandom(1),
    fallbacks: [able("other")],
  });
  const rig: ConversationRig = new ConversationRig(backend);
  return rig;
}

describe("a conversation with a resilient backend", () => {
  for (const step of STEPS) {
    for (const [name, fault] of FAULTS) {
      test(`is heard and goes on although ${step} is ${name}`, async () => {
        const rig = converse(step, fault);
        // More than two seconds: for so long nobody takes an empty transcript of a stream for silence.
        await rig.caller("#".repeat(110) + "|", { newTurn: true });
        const spokenAt = rig.clock.now();
        while (rig.frames === 0 && rig.clock.now() < spokenAt + FIRST_AUDIO_MS) {
          await rig.clock.advance(20);
        }
        // Who hears that nothing was said does not answer.
        const isUnheard = step === "transcribe" && name.startsWith("silent");
        expect(rig.frames > 0).toBe(!isUnheard);

        await rig.speak();
        // Its last frame lasts 20 ms, and the answer is there with its beginning.
        const answeredAt = rig.clock.now() - 20;
        await rig.clock.advance(1000);
        const answers = rig.said.filter((said) => said.startsWith("2 "));
        expect(answers).toEqual([`2 first says it @${answeredAt}`]);
        await rig.end();
        await rig.clock.advance(1000);
        expect(rig.clock.pending).toBe(0);
      });
    }
  }
});
