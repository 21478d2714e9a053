/**
 * Do those who watch the dashboard make anybody's sound late?
 *
 *   bun bench/viewers.ts [seconds] [calls] [viewers] [rounds] [runtime,runtime...]
 *   deno run -A bench/viewers.ts
 *
 * Callers in this process speak with a phone in another. In turns nobody watches and viewers do, of all
 * calls with their levels, from a third process; what came in each time is set against the other, as
 * the machine is the same then. `tick` is how late the phone's own metronome is, as it tells it itself;
 * `piece` is what the phone does at a time for those who watch, while no packet can leave.
 */
import { cpus, loadavg } from "node:os";
import process from "node:process";
import { RUNTIME, type Runtime } from "../test/support/phone_process.ts";
import { claimPorts } from "../test/support/free_ports.ts";
import { hasProgram, Program } from "../test/support/program.ts";
import { Crowd } from "./pacing/crowd.ts";
import { Line } from "./pacing/line.ts";
import { cpuTime } from "./pacing/usage.ts";

const SETTLE_MS = 2000;
const [seconds = "10", calls = "100", viewers = "20", rounds = "3", names = "bun,deno"] = process
  .argv.slice(2);

/** What one time of watching, or not watching, has shown. */
interface Shown {
  readonly lateMs: number[];
  readonly jitterMs: number[];
  bunched: number;
  readonly tickMs: number[];
  readonly pieceMs: number[];
  cpu: number;
  kbPerS: number;
}

const nothing = (): Shown => ({
  lateMs: [],
  jitterMs: [],
  bunched: 0,
  tickMs: [],
  pieceMs: [],
  cpu: 0,
  kbPerS: 0,
});

async function measure(runtime: Runtime): Promise<void> {
  await using ports = await claimPorts(2 * Number(calls) + 20);
  await using phone = start(runtime, "served_phone.ts", [String(ports.start), String(ports.end)]);
  const [, port, url] = await phone.says(/^ready: (\d+) (\S+)$/m);
  await using crowd = await Crowd.gather(Number(calls), Number(port), {
    line: (ssrc) => new Line(ssrc),
  });
  await crowd.call();
  const without = nothing();
  const watched = nothing();
  for (let round = 0; round < Number(rounds); round++) {
    await observe(crowd, { phone, url, shown: without });
    const watching = start(RUNTIME, "crowd_of_viewers.ts", [url, viewers]);
    await watching.says(/^bytes: [1-9]/m);
    await observe(crowd, { phone, url, shown: watched, watching });
    await watching[Symbol.asyncDispose]();
  }
  report(runtime, without, watched);
  await crowd.hangUp();
}

interface Observed {
  readonly phone: Program;
  readonly url: string;
  readonly shown: Shown;
  readonly watching?: Program;
}

async function observe(crowd: Crowd, { phone, url, shown, watching }: Observed): Promise<void> {
  await sleep(SETTLE_MS);
  const [from, before, bytes] = [performance.now(), cpuTime(phone.pid), bytesOf(watching)];
  await sleep(Number(seconds) * 1000);
  const [to, after] = [performance.now(), cpuTime(phone.pid)];
  const told = [...phone.stdout.matchAll(/^pieces: (.+)$/gm)].slice(-Number(seconds));
  for (const [, pieces] of told) shown.pieceMs.push(...JSON.parse(pieces));
  shown.kbPerS += (bytesOf(watching) - bytes) / (to - from) / Number(rounds);
  for (const line of crowd.lines) {
    const { latenessMs, jitterMs, bunched } = line.report(from, to);
    for (const ms of latenessMs) shown.lateMs.push(ms);
    shown.jitterMs.push(jitterMs);
    shown.bunched += bunched;
  }
  const { load } = await (await fetch(`${url}/status`)).json();
  shown.tickMs.push(load.latenessMs);
  shown.cpu += 100_000 * (after.process - before.process) / (to - from) / Number(rounds);
}

function report(runtime: Runtime, without: Shown, watched: Shown): void {
  const rows: [string, (shown: Shown) => number][] = [
    ["packet late p50", ({ lateMs }) => part(lateMs, 0.5)],
    ["packet late p99", ({ lateMs }) => part(lateMs, 0.99)],
    ["packet late p99.9", ({ lateMs }) => part(lateMs, 0.999)],
    ["jitter p50", ({ jitterMs }) => part(jitterMs, 0.5)],
    ["less than 15 ms apart", ({ bunched }) => bunched],
    ["tick late p99", ({ tickMs }) => part(tickMs, 0.5)],
    ["piece p50", ({ pieceMs }) => part(pieceMs, 0.5)],
    ["piece p99", ({ pieceMs }) => part(pieceMs, 0.99)],
    ["CPU of the phone, %", ({ cpu }) => cpu],
    ["sent to viewers, KB/s", ({ kbPerS }) => kbPerS],
  ];
  for (const [name, of] of rows) {
    const [one, other] = [of(without), of(watched)];
    const ratio = one === 0 ? "-" : (other / one).toFixed(2);
    say(`| ${runtime} | ${name} | ${one.toFixed(2)} | ${other.toFixed(2)} | ${ratio} |`);
  }
}

function start(runtime: Runtime, file: string, args: readonly string[]): Program {
  const path = new URL(`viewers/${file}`, import.meta.url).pathname;
  const program = runtime === RUNTIME ? process.execPath : runtime;
  const run = runtime === "deno" ? ["run", "-A", "--no-check"] : [];
  return new Program(program, [...run, path, ...args]);
}

function bytesOf(watching: Program | undefined): number {
  return Number([...watching?.stdout.matchAll(/^bytes: (\d+)$/gm) ?? []].at(-1)?.[1] ?? 0);
}

function part(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, sorted.length * share | 0)] ?? 0;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

say(
  `${cpus().length} x ${cpus()[0]?.model}, load ${loadavg()[0].toFixed(1)}; ${calls} calls of ` +
    `PCMU, ${rounds} times ${seconds} s without and with ${viewers} viewers; times in ms.\n`,
);
say(`| phone | what | 0 viewers | ${viewers} viewers | ratio |`);
say("| --- | --- | --- | --- | --- |");
for (const runtime of (["bun", "deno"] as const).filter(hasProgram)) {
  if (names.includes(runtime)) await measure(runtime);
}
process.exit(0);
