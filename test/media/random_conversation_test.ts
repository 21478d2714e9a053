import { describe, expect, test } from "bun:test";
import { SeededRandom, VirtualClock } from "../../src/clock/mod.ts";
import { differences, leftOf } from "./left_words.ts";
import { RandomBackend } from "./random_backend.ts";
import { parameters, VirtualCall } from "./virtual_call.ts";

const VOICE = new Uint8Array(160).fill(0x90);
const SILENCE = new Uint8Array(160).fill(0xff);

/** Packets of one call: half a minute. */
const PACKETS = 1500;

interface Round {
  readonly faults: number;
  readonly mode: "duck" | "immediate";
  readonly speculate: boolean;
  readonly isLive: boolean;
}

/** One call of chance, to its end: somebody speaks, coughs, presses keys, holds the line, hangs up. */
async function callOf(random: SeededRandom, options: Round) {
  const chance = (share: number) => random.uint32() / 2 ** 32 < share;
  const upTo = (limit: number) => Math.floor(random.uint32() / 2 ** 32 * limit);
  const time = new VirtualClock();
  const bot = new RandomBackend(time, random, { ...options, slowMs: 600 });
  const call = new VirtualCall({
    backend: bot.backend,
    detector: { detect: (samples) => Math.abs(samples[5]) > 1000 ? 1 : 0, close() {} },
    turns: { bargeIn: { mode: options.mode } },
    conversation: {
      speculate: options.speculate,
      // A tone that takes the place of words would have to be told from them.
      failure: { apology: false, leaveAfter: 1000 },
      noInput: { afterMs: 3000, leaveAfter: 5 },
      firstAudioMs: 4000,
    },
  });
  let isOver = false;
  void call.ended.then(() => isOver = true);
  let voice = 0;
  let silence = upTo(100);
  const packets = PACKETS - upTo(50);
  for (let packet = 0; packet < packets && !isOver; packet++) {
    if (voice === 0 && silence === 0) {
      voice = upTo(60);
      silence = upTo(chance(0.5) ? 40 : 300);
    }
    const isVoice = voice > 0;
    if (isVoice) voice--;
    else silence--;
    if (chance(0.005)) void call.session.press("5").catch(() => {});
    if (chance(0.003)) call.agree({ ...parameters, direction: "recvonly" });
    if (chance(0.02)) call.agree(parameters);
    await call.send(isVoice ? VOICE : SILENCE);
    await time.advance(20);
  }
  await call.end();
  await time.advance(1000);
  return { call, bot };
}

describe("a conversation of chance", () => {
  const rounds = Array.from({ length: 16 }, (_, seed): [number, Round] => [seed, {
    faults: seed % 3 * 0.05,
    mode: seed % 2 === 0 ? "immediate" as const : "duck" as const,
    speculate: seed % 4 > 1,
    isLive: seed % 8 > 3,
  }]);

  test.each(rounds)(
    "is remembered as it was heard, and leaves nothing behind: %d %j",
    async (seed, round) => {
      const { call, bot } = await callOf(new SeededRandom(seed), round);
      expect(call.clock.pending).toBe(0);
      const open = bot.steps.filter(({ isDone, signal }) => !isDone && !signal.aborted);
      expect(open.map(({ name }) => name)).toEqual([]);

      const textsOf = (role: string) =>
        call.history.filter((entry) => entry.role === role).map(({ text }) => text);
      expect(differences(leftOf(call), textsOf("agent"))).toEqual([]);
      expect(textsOf("agent").join(" ").split(" ").length).toBeGreaterThan(3);
      const places = textsOf("caller").map((text) => bot.heard.indexOf(text));
      expect(places).toEqual([...new Set(places)].sort((a, b) => a - b));
      expect(places).not.toContain(-1);

      const marks = call.events.filter(({ type }) => type === "turn-begin" || type === "turn-end");
      const types = marks.map(({ type }) => type);
      expect(types).toEqual(types.map((_, i) => i % 2 === 0 ? "turn-begin" : "turn-end"));
    },
  );
});
