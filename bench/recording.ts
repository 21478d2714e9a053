/**
 * What does it cost to record a call, and are others late for it?
 *
 *   bun bench/recording.ts [seconds] [calls,calls...] [folder]
 *   deno run -A bench/recording.ts
 *
 * Each call's caller and agent speak all the time, at 8 kHz, in frames of 20 ms at the beat of the one
 * metronome; nothing else is done, and each is recorded to a file in `folder` (by default the system's
 * for temporary files). The rows `taps only` record nothing: what is above them is the cost of recording.
 */
import { mkdtemp, open, rm } from "node:fs/promises";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { type RecordingEnd, Recordings } from "../src/call/mod.ts";
import { SystemClock, SystemRandom, Ticker, wallClock } from "../src/clock/mod.ts";
import { SoundTaps } from "../src/media/mod.ts";

const COLUMNS = ["calls", "", "CPU a call", "late p50", "p99", "max ms", "MB/s", "lost ms"];
const FRAME = 160;

const [seconds = "8", counts = "1,100,300", parent = tmpdir()] = process.argv.slice(2);
const clock = new SystemClock();

/** What is done with the sound: nothing, or a recording, synced every so many ms. */
type Way = { readonly name: string; readonly syncMs?: number };

const WAYS: readonly Way[] = [
  { name: "taps only" },
  { name: "no sync", syncMs: Infinity },
  { name: "sync 1 s", syncMs: 1000 },
];

/** One call whose both sides speak. */
class Talk {
  readonly taps = new SoundTaps();
  readonly line = { sampleRate: 8000, clockRate: 8000 };
  end: () => void = () => {};
  readonly call = {
    info: { sessionId: crypto.randomUUID(), from: { user: "a" }, to: { user: "b" }, headers: {} },
    media: { line: this.line, tap: this.taps.add.bind(this.taps) },
    ended: new Promise<void>((resolve) => this.end = resolve),
  };
  #position = 0;

  tick(deadline: number): void {
    const samples = SOUND[this.#position / FRAME % SOUND.length];
    const origin = { epoch: 1, position: this.#position, receivedAt: clock.now() };
    const frame = { kind: "audio", payload: NOTHING, timestamp: 0, duration: FRAME } as const;
    this.taps.heard(samples, { ...frame, origin });
    this.taps.leaves(samples);
    this.taps.sent({ kind: "audio", duration: FRAME, marker: false });
    this.taps.ticked(deadline + 20);
    this.#position += FRAME;
  }
}

const NOTHING = new Uint8Array();
const SOUND = Array.from(
  { length: 50 },
  () => Int16Array.from({ length: FRAME }, () => Math.random() * 20_000 - 10_000),
);

/** Records so many calls and prints a row of the table. */
async function measure(count: number, { name, syncMs }: Way): Promise<void> {
  const folder = await mkdtemp(join(parent, "sofia-phone-bench-"));
  const recordings = new Recordings({
    folder,
    fileName: "{id}",
    syncMs,
    clock,
    random: new SystemRandom(),
    wallClock,
    onEvent: (_, event) => void (event.type === "trouble" && say([String(event.error)])),
  });
  const ticker = new Ticker(clock);
  const talks = Array.from({ length: count }, () => new Talk());
  const ticks = talks.map((talk) => ticker.add((deadline) => talk.tick(deadline)));
  const made = syncMs === undefined ? [] : talks.map(({ call }) => recordings.record(call));
  await sleep(1500);
  ticker.lateness.reset();
  const [from, before] = [clock.now(), process.cpuUsage()];
  await sleep(Number(seconds) * 1000);
  const { user, system } = process.cpuUsage(before);
  const share = (user + system) / 1000 / (clock.now() - from) / count;
  const late = [50, 99, 100].map((percent) => ticker.lateness.percentile(percent).toFixed(1));
  for (const tick of ticks) tick.remove();
  for (const talk of talks) talk.end();
  const ends = await Promise.all(made.map(({ ended }) => ended));
  const bytes = ends.reduce((sum, { durationMs }) => sum + durationMs * 32, 0);
  const lost = ends.reduce((sum: number, { lostMs }: RecordingEnd) => sum + lostMs, 0);
  const rate = (bytes / 1e6 / (Number(seconds) + 1.5)).toFixed(2);
  await recordings.stop();
  await rm(folder, { recursive: true });
  say([count, name, `${(share * 100).toFixed(3)} %`, ...late, rate, lost]);
}

/** The disk alone: how long a second's sound of one call takes to write, and to write and sync. */
async function bare(): Promise<void> {
  const path = join(parent, `sofia-phone-bench-${process.pid}`);
  const file = await open(path, "w");
  const bytes = new Uint8Array(32_000);
  const [writes, syncs]: number[][] = [[], []];
  for (let n = 0; n < 100; n++) {
    const from = clock.now();
    await file.write(bytes);
    const written = clock.now();
    await file.datasync();
    writes.push(written - from);
    syncs.push(clock.now() - written);
  }
  await file.close();
  await rm(path);
  const of = (all: number[], part: number) =>
    all.toSorted((a, b) => a - b)[Math.floor(part * all.length)].toFixed(2);
  process.stdout.write(
    `the disk alone, a second of one call, ms p50/p99: write ${of(writes, 0.5)}/${
      of(writes, 0.99)
    }, ` +
      `sync ${of(syncs, 0.5)}/${of(syncs, 0.99)}\n`,
  );
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
await bare();
say(COLUMNS);
for (const count of counts.split(",")) {
  for (const way of WAYS) await measure(Number(count), way);
}
