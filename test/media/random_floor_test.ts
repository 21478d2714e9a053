import { describe, expect, test } from "bun:test";
import type { Floor, Said } from "../../src/backend/mod.ts";
import { SeededRandom, VirtualClock } from "../../src/clock/mod.ts";
import { framesOf } from "../../src/media/mod.ts";
import { differences, leftOf } from "./left_words.ts";
import { RandomBackend } from "./random_backend.ts";
import { parameters, VirtualCall } from "./virtual_call.ts";

const VOICE = new Uint8Array(160).fill(0x90);
const SILENCE = new Uint8Array(160).fill(0xff);

/** Packets of one call: 40 s. */
const PACKETS = 2000;

/** Something that was said beside the bot. */
interface Announced {
  readonly text: string;
  said: Said | undefined;
}

/** Those who come and speak beside the bot, as chance has it. */
class Visitors {
  readonly announced: Announced[] = [];
  readonly rejections: unknown[] = [];
  /** Promises that have not settled. */
  pending = 0;
  readonly #call: VirtualCall;
  readonly #bot: RandomBackend;
  readonly #chance: (share: number) => boolean;
  #floor: Floor | undefined;

  constructor(call: VirtualCall, bot: RandomBackend, chance: (share: number) => boolean) {
    this.#call = call;
    this.#bot = bot;
    this.#chance = chance;
  }

  /** What happens in a packet's time. */
  act(): void {
    const chance = this.#chance;
    const { session } = this.#call;
    if (chance(0.004)) this.#say((text, options) => session.say(text, options));
    if (this.#floor === undefined) {
      if (!chance(0.006)) return;
      this.#floor = session.takeFloor({
        listen: chance(0.5) ? "keys" : "keys and speech",
        cut: chance(0.2),
      });
    }
    const floor = this.#floor;
    if (chance(0.02)) this.#say((text, options) => floor.say(text, options));
    if (chance(0.01)) this.#wait(floor.next(chance(0.5) ? { timeoutMs: 500 } : {}));
    if (chance(0.003)) floor.stop();
    if (chance(0.003)) {
      const silence = { samples: new Int16Array(8000), sampleRate: 8000 };
      const readable = framesOf([silence], { loop: chance(0.3) });
      this.#wait(floor.connect({ readable, writable: new WritableStream() }));
    }
    if (chance(0.01)) this.release();
  }

  release(): void {
    this.#floor?.release();
    this.#floor = undefined;
  }

  #say(say: (text: string, options: Parameters<Floor["say"]>[1]) => Promise<Said>): void {
    const text = this.#bot.sentence();
    const one: Announced = { text, said: undefined };
    this.announced.push(one);
    const abort = new AbortController();
    if (this.#chance(0.1)) this.#call.clock.setTimer(() => abort.abort(), 700);
    const interruptible = this.#chance(0.5) ? true : this.#chance(0.5) ? "keys" : false;
    this.#wait(say(text, { interruptible, signal: abort.signal }).then((said) => one.said = said));
  }

  #wait(promise: Promise<unknown>): void {
    this.pending++;
    promise.catch((error) => this.rejections.push(error)).then(() => this.pending--);
  }
}

/** One call of chance with visitors, to its end. */
async function callOf(seed: number, options: { faults: number; isLive: boolean }) {
  const random = new SeededRandom(seed);
  const chance = (share: number) => random.uint32() / 2 ** 32 < share;
  const upTo = (limit: number) => Math.floor(random.uint32() / 2 ** 32 * limit);
  const time = new VirtualClock();
  const bot = new RandomBackend(time, random, { ...options, slowMs: 400 });
  const call = new VirtualCall({
    clock: time,
    backend: bot.backend,
    detector: { detect: (samples) => Math.abs(samples[5]) > 1000 ? 1 : 0, close() {} },
    turns: { bargeIn: { mode: seed % 2 === 0 ? "immediate" : "duck" } },
    conversation: {
      speculate: seed % 4 > 1,
      failure: { apology: false, leaveAfter: 1000 },
      noInput: { afterMs: 5000, leaveAfter: 50 },
      firstAudioMs: 3000,
    },
  });
  const visitors = new Visitors(call, bot, chance);
  let isOver = false;
  void call.ended.then(() => isOver = true);
  let voice = 0;
  let silence = upTo(100);
  for (let packet = 0; packet < PACKETS && !isOver; packet++) {
    if (voice === 0 && silence === 0) {
      voice = upTo(60);
      silence = upTo(chance(0.5) ? 40 : 300);
    }
    const isVoice = voice > 0;
    if (isVoice) voice--;
    else silence--;
    if (chance(0.01)) void call.session.press("5").catch(() => {});
    if (chance(0.002)) call.agree({ ...parameters, direction: "recvonly" });
    if (chance(0.03)) call.agree(parameters);
    visitors.act();
    await call.send(isVoice ? VOICE : SILENCE);
  }
  // Everybody leaves, and the caller asks once more.
  visitors.release();
  call.agree(parameters);
  const send = async (payload: Uint8Array, ms: number) => {
    for (let i = 0; i < ms / 20; i++) await call.send(payload);
  };
  await send(SILENCE, 10_000);
  const heard = bot.steps.filter(({ name }) => name.startsWith("transcribe")).length;
  await send(VOICE, 700);
  await send(SILENCE, 3000);
  const isAlive = bot.steps.filter(({ name }) => name.startsWith("transcribe")).length > heard;
  const wasOver = isOver;
  await call.end();
  await time.advance(1000);
  return { call, bot, visitors, isAlive, wasOver };
}

describe("a conversation of chance in which others speak", () => {
  const rounds = Array.from({ length: 8 }, (_, seed): [number, number, boolean] => [
    seed,
    seed % 3 * 0.05,
    seed % 2 === 1,
  ]);

  test.each(rounds)(
    "is remembered as it was heard, and goes on behind them: %d, faults %d, live %j",
    async (seed, faults, isLive) => {
      const { call, bot, visitors, isAlive, wasOver } = await callOf(seed, { faults, isLive });
      expect(wasOver).toBe(false);
      expect(isAlive).toBe(true);
      expect(call.clock.pending).toBe(0);
      expect(visitors.pending).toBe(0);
      expect(visitors.rejections).toEqual([]);
      const open = bot.steps.filter(({ isDone, signal }) => !isDone && !signal.aborted);
      expect(open.map(({ name }) => name)).toEqual([]);

      const texts = call.history.filter(({ role }) => role === "agent").map(({ text }) => text);
      expect(differences(leftOf(call), texts)).toEqual([]);
      expect(visitors.announced.length).toBeGreaterThan(5);
      for (const { text, said } of visitors.announced) {
        const { outcome, heard } = said!;
        expect(text.startsWith(heard)).toBe(true);
        if (outcome === "played") expect(heard).toBe(text);
        if (heard !== "") expect(texts).toContain(heard);
      }
      expect(visitors.announced.some(({ said }) => said!.outcome === "played")).toBe(true);
    },
  );
});
