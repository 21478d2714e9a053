/**
 * What does Silero cost: a window in batches of 1 to 64, and 1, 50 and 200 calls in one process that
 * hear silence (which the gate keeps), talk half of the time, or hear noise without end?
 *
 *   bun bench/silero_batch.ts [seconds] [calls,calls...]
 *   deno run -A bench/silero_batch.ts
 */
import { cpus, loadavg } from "node:os";
import process from "node:process";
import { Lateness, SeededRandom, SystemClock, Ticker } from "../src/clock/mod.ts";
import { INPUT, MEMORY, SileroBatcher, SileroDetector } from "../src/vad/silero.ts";
import { loadSileroModel } from "../src/vad/silero_onnx.ts";
import { FRAME } from "./vad/corpus.ts";
import { disturb, pinkNoise } from "./vad/disturbance.ts";

const [seconds = "5", counts = "1,50,200"] = process.argv.slice(2);
const ROUNDS = 200;
/** Of the callers' 4 s, how many frames are not silent: the gate lets no silence through. */
const TALK = { never: 0, half: 100, always: 200 };

const clock = new SystemClock();
const model = await loadSileroModel();
const random = new SeededRandom(7);
const noise = disturb(new Int16Array(8000 * 20), pinkNoise(8000 * 20, random), -25);
const silence = new Int16Array(FRAME);

/** Prints the cost of a window in batches of `count`, and how long those hold the event loop. */
async function window(count: number): Promise<void> {
  const inputs = Float32Array.from({ length: count * INPUT }, (_, i) => noise[i] / 32768);
  let state: Float32Array = new Float32Array(2 * count * MEMORY);
  const took = new Lateness();
  const startedAt = clock.now();
  for (let round = 0; round < ROUNDS; round++) {
    const from = clock.now();
    ({ state } = await model.run(inputs, state, count));
    took.record(clock.now() - from);
  }
  const microseconds = (clock.now() - startedAt) * 1000 / ROUNDS / count;
  say([
    count,
    microseconds.toFixed(0),
    took.percentile(50).toFixed(2),
    took.percentile(99).toFixed(2),
  ]);
}

/** Prints what `count` calls cost whose frames come every 20 ms, spread over all phases. */
async function calls(count: number, talkShare: keyof typeof TALK): Promise<void> {
  const batcher = new SileroBatcher(model, { clock });
  const ticker = new Ticker(clock);
  const answers = new Lateness();
  const detectors = Array.from({ length: count }, () => new SileroDetector(batcher.join()));
  const ticks = detectors.map((detector, call) => {
    let frame = call * 17;
    return ticker.add(() => {
      frame++;
      const talks = frame % TALK.always < TALK[talkShare];
      const at = (frame * FRAME) % (noise.length - FRAME);
      const from = clock.now();
      const answer = detector.detect(talks ? noise.subarray(at, at + FRAME) : silence, 8000);
      if (typeof answer !== "number") void answer.then(() => answers.record(clock.now() - from));
    });
  });
  await sleep(1000);
  for (const lateness of [answers, ticker.lateness]) lateness.reset();
  const { batches, windows } = batcher.counters;
  const [from, before] = [clock.now(), process.cpuUsage()];
  await sleep(Number(seconds) * 1000);
  const { user, system } = process.cpuUsage(before);
  const share = 100 * (user + system) / 1000 / (clock.now() - from);
  for (const tick of ticks) tick.remove();
  for (const detector of detectors) detector.close();
  say([
    count,
    talkShare,
    `${share.toFixed(1)} %`,
    `${(share / count).toFixed(2)} %`,
    ((batcher.counters.windows - windows) / Math.max(1, batcher.counters.batches - batches))
      .toFixed(1),
    answers.percentile(50).toFixed(1),
    answers.percentile(99).toFixed(1),
    ticker.lateness.percentile(99).toFixed(1),
    ticker.lateness.max.toFixed(1),
  ]);
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => void clock.setTimer(resolve, ms));
}

function say(cells: readonly (string | number)[]): void {
  process.stdout.write(`${cells.map((cell) => String(cell).padStart(11)).join("")}\n`);
}

const { bun, deno, node } = process.versions;
const runtime = bun ? `Bun ${bun}` : deno ? `Deno ${deno}` : `Node ${node}`;
const load = loadavg()[0].toFixed(1);
process.stdout.write(`${runtime}, ${cpus().length} x ${cpus()[0].model}, load before ${load}\n`);
say(["batch", "us/window", "run p50", "p99 ms"]);
for (const count of [1, 8, 16, 24, 32, 64]) await window(count);
say(["calls", "sound", "CPU", "per call", "batch", "answer p50", "p99 ms", "tick p99", "max ms"]);
for (const count of counts.split(",")) {
  for (const talkShare of ["never", "half", "always"] as const) {
    await calls(Number(count), talkShare);
  }
}
