import { describe, expect, test } from "bun:test";
import { fraction, SeededRandom } from "../../../../src/clock/mod.ts";
import { pageModule } from "../../../support/page_module.ts";
import { purityDb, sine } from "./sine.ts";

interface PlayoutBuffer {
  readonly depthMs: number;
  readonly playedMs: number;
  readonly statistics: {
    readonly depthMs: number;
    readonly targetMs: number;
    readonly speed: number;
    readonly underruns: number;
    readonly skippedMs: number;
  };
  push(pcm: Int16Array): void;
  pull(output: Float32Array): void;
  clear(): void;
}

const { PlayoutBuffer } = await pageModule<{
  readonly PlayoutBuffer: new (sampleRate: number, outputRate: number) => PlayoutBuffer;
}>("phone/playout_buffer.js");

const RATE = 24_000;
const OUTPUT = 48_000;
/** A worklet asks for this much. */
const QUANTUM = 128;

interface Scene {
  /** When the message that starts at so many ms of sound arrives; `undefined`: never. */
  readonly arrives?: (ms: number) => number | undefined;
  readonly sound?: Int16Array;
  /** What happens when so many ms have been played. */
  readonly at?: Readonly<Record<number, (buffer: PlayoutBuffer) => void>>;
  readonly seconds?: number;
  readonly output?: number;
  readonly watch?: (buffer: PlayoutBuffer, ms: number) => void;
}

/** Plays a scene, and gives what was heard. */
function play(scene: Scene): { heard: Float32Array; buffer: PlayoutBuffer } {
  const { arrives = (ms) => ms, seconds = 2, output = OUTPUT, at = {}, watch } = scene;
  const { sound = sine(500, RATE, seconds) } = scene;
  const buffer = new PlayoutBuffer(RATE, output);
  const messages: { due: number; pcm: Int16Array }[] = [];
  for (let from = 0; from < sound.length; from += RATE / 50) {
    const due = arrives(from * 1000 / RATE);
    if (due !== undefined) messages.push({ due, pcm: sound.slice(from, from + RATE / 50) });
  }
  messages.sort((one, other) => one.due - other.due);
  const heard = new Float32Array(Math.floor(seconds * output / QUANTUM) * QUANTUM);
  const events = Object.entries(at).map(([ms, run]) => ({ ms: Number(ms), run }));
  for (let from = 0; from < heard.length; from += QUANTUM) {
    const now = from * 1000 / output;
    while (messages.length > 0 && messages[0].due <= now) buffer.push(messages.shift()!.pcm);
    while (events.length > 0 && events[0].ms <= now) events.shift()!.run(buffer);
    buffer.pull(heard.subarray(from, from + QUANTUM));
    watch?.(buffer, now);
  }
  return { heard, buffer };
}

function part(heard: Float32Array, fromMs: number, toMs: number, output = OUTPUT): Float32Array {
  return heard.subarray(fromMs * output / 1000, toMs * output / 1000);
}

function peak(sound: Float32Array): number {
  return sound.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

/** The greatest step between two samples; of the tone of these scenes it is 0.032. */
function roughness(sound: Float32Array): number {
  return sound.reduce(
    (most, value, index) => index === 0 ? 0 : Math.max(most, Math.abs(value - sound[index - 1])),
    0,
  );
}

describe("PlayoutBuffer", () => {
  test.each([[48_000], [44_100], [16_000], [96_000]] as const)(
    "plays a tone as it was, on a sound card of %d Hz",
    (output) => {
      const { heard, buffer } = play({ output });
      expect(purityDb(part(heard, 200, 400, output), 500, output)).toBeGreaterThan(50);
      expect(peak(part(heard, 200, 1900, output))).toBeCloseTo(16_000 / 32_768, 2);
      expect(buffer.statistics.underruns).toBe(0);
    },
  );

  test("begins 40 ms after the first message, without a click", () => {
    const { heard } = play({});
    const first = heard.findIndex((value) => Math.abs(value) > 0.001) * 1000 / OUTPUT;
    expect(first).toBeGreaterThan(19);
    expect(first).toBeLessThan(45);
    expect(roughness(heard)).toBeLessThan(0.04);
  });

  test("plays a sound that is shorter than it waits for", () => {
    const { heard } = play({ sound: sine(500, RATE, 0.02), seconds: 0.5 });
    expect(peak(heard)).toBeGreaterThan(0.4);
  });

  test("fades where sound is late, plays all of it, and then keeps more", () => {
    const late = play({ arrives: (ms) => ms < 1000 ? ms : ms + 100, seconds: 3 });
    expect(late.buffer.statistics.underruns).toBe(1);
    expect(late.buffer.statistics.targetMs).toBeGreaterThan(50);
    expect(roughness(late.heard)).toBeLessThan(0.08);
    // The voice is said again for a moment, and then it is still.
    expect(peak(part(late.heard, 1045, 1055))).toBeGreaterThan(0.1);
    expect(peak(part(late.heard, 1090, 1100))).toBeLessThan(0.001);
    expect(roughness(part(late.heard, 1300, 3000))).toBeLessThan(0.034);
    expect(peak(part(late.heard, 1300, 3000))).toBeCloseTo(16_000 / 32_768, 2);
  });

  test("takes an end for an end, and not for lateness", () => {
    const pause = play({ arrives: (ms) => ms < 500 ? ms : ms + 400, seconds: 2 });
    expect(pause.buffer.statistics.underruns).toBe(0);
    expect(pause.buffer.statistics.targetMs).toBeLessThan(41);
  });

  test("learns how uneven a line is, and then has no more gaps", () => {
    const chance = new SeededRandom(5);
    const random = () => fraction(chance);
    // A connection keeps the order: what comes after a late message is late with it.
    let last = 0;
    const arrives = (ms: number) => last = Math.max(last, ms + 140 * random() ** 2);
    const gaps: number[] = [];
    const { buffer } = play({
      arrives,
      seconds: 30,
      watch: ({ statistics }, ms) => void (gaps[Math.floor(ms / 5000)] = statistics.underruns),
    });
    expect(gaps[0]).toBeGreaterThan(0);
    expect(gaps.at(-1)! - gaps[1]).toBeLessThan(4);
    expect(buffer.statistics.depthMs).toBeLessThan(220);
  });

  test.each([[-300], [-50], [50], [300]] as const)(
    "follows a sender whose clock is off by %d millionths, for a minute",
    (ppm) => {
      const seconds = 60;
      const depths: number[] = [];
      const { heard, buffer } = play({
        arrives: (ms) => ms * (1 - ppm / 1e6),
        sound: sine(500, RATE, seconds),
        seconds,
        watch: ({ depthMs }, ms) => void (ms > 30_000 && depths.push(depthMs)),
      });
      expect(buffer.statistics.underruns).toBe(0);
      expect(buffer.statistics.skippedMs).toBe(0);
      expect(Math.max(...depths)).toBeLessThan(60);
      expect(Math.abs((buffer.statistics.speed - 1) * 1e6 - ppm)).toBeLessThan(150);
      expect(roughness(part(heard, 100, seconds * 990))).toBeLessThan(0.034);
    },
    60_000,
  );

  test("drops what was not played when told to, within 6 ms and without a click", () => {
    const { heard } = play({
      arrives: (ms) => ms < 1000 ? ms / 2 : undefined,
      at: { 510: (buffer) => buffer.clear() },
      seconds: 1.5,
    });
    expect(peak(part(heard, 500, 510))).toBeGreaterThan(0.4);
    expect(peak(part(heard, 518, 1500))).toBe(0);
    expect(roughness(heard)).toBeLessThan(0.12);
  });

  test("plays what comes after it was told to drop, and nothing of what came before", () => {
    const said = sine(500, RATE, 1);
    const next = sine(900, RATE, 1);
    const { heard } = play({
      sound: said,
      arrives: (ms) => ms / 4,
      at: {
        300: (buffer) => {
          buffer.clear();
          for (let from = 0; from < 4800; from += 480) buffer.push(next.slice(from, from + 480));
        },
      },
      seconds: 1,
    });
    expect(purityDb(part(heard, 350, 450), 900, OUTPUT)).toBeGreaterThan(50);
  });

  test("leaves out silence, and no word, when a stall has made it late", () => {
    // A tenth of a second of tone and then as much of silence, over and over.
    const sound = sine(500, RATE, 6).map((value, index) =>
      Math.floor(index * 10 / RATE) % 2 === 0 ? value : 0
    );
    const stalled = (ms: number) => ms > 500 && ms < 800 ? 800 : ms;
    const { heard, buffer } = play({ sound, arrives: stalled, seconds: 6 });
    expect(buffer.statistics.skippedMs).toBeGreaterThan(100);
    expect(buffer.depthMs).toBeLessThan(110);
    const loud = heard.filter((value) => Math.abs(value) > 0.1).length / OUTPUT;
    const said = sound.filter((value) => Math.abs(value) > 3277).length / RATE;
    expect(Math.abs(loud - said)).toBeLessThan(0.08);
  });

  test("waits in a silence for what the sender left out, so that no word has a gap", () => {
    const sound = sine(500, RATE, 20).map((value, index) =>
      Math.floor(index * 5 / RATE) % 2 === 0 ? value : 0
    );
    // Now and then it loses 20 ms of a silence, as a machine does that is busy.
    const arrives = (ms: number) => ms % 800 === 300 ? undefined : ms;
    const { buffer } = play({ sound, arrives, seconds: 20 });
    expect(buffer.statistics.underruns).toBe(0);
    expect(buffer.statistics.targetMs).toBeLessThan(41);
  });

  test("knows how much of what came was played or dropped, to the millisecond at an end", () => {
    const known: [ms: number, playedMs: number][] = [];
    const { buffer } = play({
      sound: sine(500, RATE, 1),
      at: { 1500: (it) => it.push(sine(500, RATE, 1)), 2000: (it) => it.clear() },
      seconds: 3,
      watch: ({ playedMs }, ms) => void known.push([ms, playedMs]),
    });
    const at = (wanted: number) => known.find(([ms]) => ms >= wanted)![1];
    // 40 ms is what it waits for, and a little of it is the filter's.
    expect(Math.abs(at(500) - 460)).toBeLessThan(25);
    expect(at(1400)).toBe(1000);
    expect(Math.abs(at(1800) - 1280)).toBeLessThan(25);
    expect(buffer.playedMs).toBe(2000);
    expect(known.every(([, playedMs], n) => playedMs >= (known[n - 1]?.[1] ?? 0))).toBe(true);
  });

  test("never keeps more than 1.6 s, whatever comes", () => {
    const { heard, buffer } = play({ at: { 500: (it) => it.push(sine(500, RATE, 5)) } });
    expect(buffer.depthMs).toBeLessThan(1600);
    expect(heard.every(Number.isFinite)).toBe(true);
    const idle = new PlayoutBuffer(RATE, OUTPUT);
    for (let count = 0; count < 1000; count++) idle.push(new Int16Array(480));
    expect(idle.depthMs).toBeLessThan(1601);
  });

  test("is silent and sound after any order of what can be done to it", () => {
    const chance = new SeededRandom(11);
    const random = () => fraction(chance);
    for (let round = 0; round < 6; round++) {
      const buffer = new PlayoutBuffer(RATE, random() < 0.5 ? 44_100 : 48_000);
      const output = new Float32Array(QUANTUM);
      for (let step = 0; step < 2000; step++) {
        const dice = random();
        if (dice < 0.13) buffer.push(sine(300, RATE, 0.02));
        else if (dice < 0.14) buffer.push(new Int16Array(Math.floor(random() * 9000)));
        else if (dice < 0.15) buffer.clear();
        else buffer.pull(output);
        const isSound = output.every((value) => Math.abs(value) < 1.2);
        if (!isSound || buffer.depthMs > 1600) throw new Error(`In round ${round}, step ${step}`);
      }
      buffer.clear();
      for (let count = 0; count < 40; count++) buffer.pull(output);
      expect(peak(output)).toBe(0);
    }
  });
});
