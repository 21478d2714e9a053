/** Calls to which everything is done at once, by chance: nothing of them is left, and nobody waits for ever. */
import { describe, expect, test } from "bun:test";
import type { AudioFrame } from "../../src/audio/mod.ts";
import type { Call } from "../../src/call/mod.ts";
import { SeededRandom, type VirtualClock } from "../../src/clock/mod.ts";
import { RandomBackend } from "../media/random_backend.ts";
import { doorScene, QUIET, VOICE } from "../telemetry/door_scene.ts";

const SOUND = { samples: new Int16Array(4000).fill(900), sampleRate: 8000 };
const MENU = {
  prompt: "Press one.",
  options: [{ key: "1", next: "bot" }, { key: "2", next: "hang-up" }],
} as const;

/** What an application may do to a call, and to another one. */
const DEEDS: readonly ((call: Call, other: Call, signal: AbortSignal) => unknown)[] = [
  (call, _, signal) => call.say("Hello there.", { signal }),
  (call) => call.say({ say: "You have to hear this.", interruptible: false }),
  (call) => call.playFile(SOUND),
  (call) => call.playFile("/no/such/file.wav"),
  (call) => call.hold(),
  (call) => call.unhold(),
  (call) => call.takeFloor({ cut: true }).release(),
  async (call, _, signal) => {
    using floor = call.takeFloor({ listen: "keys and speech" });
    void floor.say("What is it?");
    await floor.next({ timeoutMs: 1000, signal });
  },
  (call, _, signal) => call.connect(new TransformStream<AudioFrame, AudioFrame>(), { signal }),
  (call, other, signal) => call.bridge(other, { signal }),
  (call, _, signal) => call.collectDigits({ prompt: "Your pin?", max: 2, mask: true, signal }),
  (call, _, signal) => call.confirm({ prompt: "Yes?", speech: true, signal }),
  (call, _, signal) => call.runMenu(MENU, { signal }),
  (call) => call.menu?.isWithBot && call.menu.resume(),
  (call) => call.mute("caller"),
  (call) => call.mute("agent"),
  (call) => call.unmute(),
  (call) => call.keys.tell("info", "1", 100),
  (call) => call.keys.tell("info", "#", 100),
  (call) => call.maskKeys()(),
  // Nobody of this number can be called.
  (call) => call.transfer("1001"),
  (call) => call.hangup(),
  (call) => call.hangup("USER_BUSY"),
];
/** The last two end the call, and shall be rare. */
const ENDS = 2;

describe("calls of chance", () => {
  test.each(Array.from({ length: 8 }, (_, seed) => [seed] as const))(
    "end with nothing left of them, seed %d",
    async (seed) => {
      const random = new SeededRandom(seed);
      const below = (limit: number) => random.uint32() % limit;
      const botClock = {
        now: () => clock.now(),
        setTimer: (...args) => clock.setTimer(...args),
      } as VirtualClock;
      const mischief = { faults: 0.05, isLive: seed % 2 === 0, slowMs: 400 };
      const bot = new RandomBackend(botClock, random, mischief);
      const { phone, clock, call } = await doorScene({
        voiceBackend: bot.backend,
        turns: { bargeIn: { mode: seed % 2 === 0 ? "immediate" : "duck" } },
      });
      const errors: unknown[] = [];
      phone.on("error", ({ error }) => void errors.push(error));
      const callers = Array.from({ length: 3 }, () => call());
      await clock.advance(40);
      const waiting = new Set<Promise<unknown>>();
      const refused: unknown[] = [];
      // Half of the phones are stopped in the midst of it.
      const stopAt = seed < 4 ? Infinity : below(900);
      let stopping: Promise<void> | undefined;
      for (let packet = 0; packet < 900; packet++) {
        if (packet === stopAt) stopping = phone.stop();
        for (const caller of callers) caller.send(below(60) < 15 ? VOICE : QUIET);
        if (below(8) === 0) {
          const all = below(40) === 0 ? DEEDS.length : DEEDS.length - ENDS;
          const [one, other] = [below(3), below(3)].map((index) => callers[index].call!);
          const giveUp = new AbortController();
          clock.setTimer(() => giveUp.abort(), below(3000));
          const deed = DEEDS[below(all)];
          const done: Promise<unknown> = (async () => await deed(one, other, giveUp.signal))()
            .catch((error) => void refused.push(error)).finally(() => waiting.delete(done));
          waiting.add(done);
        }
        if (below(400) === 0) callers[below(3)].leg.gone("remote");
        await clock.advance(20);
      }
      for (const caller of callers) caller.leg.gone("remote");
      await clock.advance(10_000);
      // Nobody waits for a call that is over.
      expect(waiting.size).toBe(0);
      expect(phone.calls).toEqual([]);
      // The beat of the phone and its sweep.
      if (stopping === undefined) expect(clock.pending).toBe(2);
      // What was refused was refused for the state of the call, by a sentence.
      for (const error of refused) expect(String(error)).toMatch(/^TypeError: Cannot .* as /);
      for (const error of errors) expect(String(error)).not.toMatch(/undefined|is not a function/);
      await clock.runUntil(stopping ?? phone.stop());
      expect(clock.pending).toBe(0);
    },
  );
});
