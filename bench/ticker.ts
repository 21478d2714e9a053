/**
 * How late are the ticks of the one metronome with 1, 100, 300 and 1000 calls on it, and what does it
 * cost? Each tick does nothing, so this is the floor under every packet's lateness.
 *
 *   bun bench/ticker.ts [seconds] [calls,calls...]
 *   deno run -A bench/ticker.ts
 */
import { cpus, loadavg } from "node:os";
import process from "node:process";
import { SystemClock, Ticker } from "../src/clock/mod.ts";

const COLUMNS = ["calls", "late p50", "p99", "p99.9", "max ms", "missed", "CPU"];

const [seconds = "10", counts = "1,100,300,1000"] = process.argv.slice(2);
const clock = new SystemClock();

/** Lets `count` calls tick and prints a row of the table. */
async function measure(count: number): Promise<void> {
  const ticker = new Ticker(clock);
  const ticks = Array.from({ length: count }, () => ticker.add(() => {}));
  await sleep(500);
  ticker.lateness.reset();
  const [from, before, missed] = [clock.now(), process.cpuUsage(), ticker.missed];
  await sleep(Number(seconds) * 1000);
  const { user, system } = process.cpuUsage(before);
  const share = (user + system) / 1000 / (clock.now() - from);
  for (const tick of ticks) tick.remove();
  const { lateness } = ticker;
  const late = [50, 99, 99.9].map((percent) => lateness.percentile(percent).toFixed(1));
  const rest = [lateness.max.toFixed(1), ticker.missed - missed, `${(share * 100).toFixed(1)} %`];
  say([count, ...late, ...rest]);
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => void clock.setTimer(resolve, ms));
}

function say(cells: readonly (string | number)[]): void {
  process.stdout.write(`${cells.map((cell) => String(cell).padStart(9)).join("")}\n`);
}

const { bun, deno, node } = process.versions;
const runtime = bun ? `Bun ${bun}` : deno ? `Deno ${deno}` : `Node ${node}`;
const load = loadavg()[0].toFixed(1);
process.stdout.write(`${runtime}, ${cpus().length} x ${cpus()[0].model}, load before ${load}\n`);
say(COLUMNS);
for (const count of counts.split(",")) await measure(Number(count));
