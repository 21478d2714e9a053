/**
 * How well, and how soon, is it known whether somebody or a machine has answered? Greetings of people
 * and of machines (flite's voices at three speeds; Debian's recorded prompts of 3 s and more), each after
 * 0.2 to 1 s on a line with a little noise, sent through μ-law, marked by a real detector.
 *
 *   bun bench/answering.ts
 *   deno run -A bench/answering.ts
 */
import process from "node:process";
import type { AudioFrame } from "../src/audio/mod.ts";
import { AnswerDetector, type AnsweredBy } from "../src/call/mod.ts";
import { fraction, SeededRandom } from "../src/clock/mod.ts";
import { type DetectorName, loadDetector, VadStream } from "../src/vad/mod.ts";
import { greetings } from "./answering/greetings.ts";
import { streamOf } from "../test/support/stream_of.ts";
import { disturb, pinkNoise } from "./vad/disturbance.ts";
import { throughLine } from "./vad/line.ts";

const DETECTORS: readonly DetectorName[] = ["fvad", "silero"];
/** Speech that is more than somebody says, in ms: Asterisk has the second, we have the third. */
const GREETINGS_MS = [1200, 1500, 1800];
/** The noise of a quiet line, and of a loud one, in dBov. */
const NOISES_DB = [-65, -42];

const { people, machines } = await greetings();
const { bun, deno } = process.versions;
process.stdout.write(
  `${bun ? `Bun ${bun}` : `Deno ${deno}`}, ${people.length} greetings of people, ` +
    `${machines.length} of machines\n`,
);
print("", ["people", "p50 ms", "p95", "machines", "p50 ms", "p95"]);
for (const noiseDb of NOISES_DB) {
  for (const name of DETECTORS) {
    const heard = {
      people: await Promise.all(people.map((sound, seed) => hear(sound, { name, seed, noiseDb }))),
      machines: await Promise.all(
        machines.map((sound, seed) => hear(sound, { name, seed, noiseDb })),
      ),
    };
    for (const greetingMs of GREETINGS_MS) {
      print(`${name}, ${noiseDb} dBov, ${greetingMs} ms`, [
        ...row(heard.people, "human", greetingMs),
        ...row(heard.machines, "machine", greetingMs),
      ]);
    }
  }
}

interface Hearing {
  readonly name: DetectorName;
  readonly seed: number;
  readonly noiseDb: number;
}

/** The frames of a call that is answered with this sound, marked. */
async function hear(sound: Int16Array, { name, seed, noiseDb }: Hearing): Promise<AudioFrame[]> {
  const random = new SeededRandom(seed + 1);
  const before = Math.round(8000 * (0.2 + 0.8 * fraction(random)));
  const line = new Int16Array(Math.ceil((before + sound.length + 3 * 8000) / 160) * 160);
  line.set(sound, before);
  const noisy = disturb(line, pinkNoise(line.length, random), noiseDb);
  const frames = throughLine(noisy, 0, random).slice(0, 6 * 50);
  const stage = new VadStream(await loadDetector(name));
  return await Array.fromAsync(streamOf(frames).pipeThrough(stage));
}

function row(calls: readonly AudioFrame[][], by: AnsweredBy["by"], greetingMs: number): string[] {
  const found = calls.map((frames) => {
    const detector = new AnswerDetector({ greetingMs });
    return frames.map((frame) => detector.push(frame)).find((one) => one !== undefined);
  });
  const right = found.filter((one) => one?.by === by);
  const times = right.map((one) => one!.afterMs).sort((a, b) => a - b);
  const percent = (100 * right.length / calls.length).toFixed(1);
  const at = (part: number) => String(times[Math.floor((times.length - 1) * part)]);
  return [`${percent} %`, at(0.5), at(0.95)];
}

function print(name: string, cells: readonly string[]): void {
  process.stdout.write(`${name.padEnd(28)}${cells.map((cell) => cell.padStart(10)).join("")}\n`);
}
