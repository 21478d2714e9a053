/**
 * How evenly do packets leave, as the callers see them, with 1, 100 and 300 loopback calls at once?
 *
 *   bun bench/pacing.ts [seconds] [calls,calls...] [runtime,runtime...]
 *   deno run -A bench/pacing.ts
 *
 * The callers are this process, the phone is another, started by each runtime in turn; `echo` is a
 * process that only sends every packet back, which shows what the machine and the callers cost.
 * Each caller sends PCMU every 20 ms; what came is judged from 2 s after the last call was answered.
 * Breaks are counted from the first packet on.
 */
import { cpus, loadavg } from "node:os";
import process from "node:process";
import { hasProgram, Program } from "../test/support/program.ts";
import { PhoneProcess, RUNTIME, type Runtime } from "../test/support/phone_process.ts";
import { Crowd } from "./pacing/crowd.ts";
import { Line, type LineReport } from "./pacing/line.ts";
import { type CpuTime, cpuTime, residentKb } from "./pacing/usage.ts";

const SETTLE_MS = 2000;
const COLUMNS = [
  ...["phone", "calls", "jitter p50 / p99 / max", "late p99 / max", "longest gap", "< 15 ms"],
  ...["breaks seq / ts", "round trip p50 / p99", "CPU", "per call", "memory per call"],
  ...["caller late p99", "others' CPU", "stolen CPU"],
];

const [seconds = "15", counts = "1,100,300", names = "echo,bun,deno"] = process.argv.slice(2);

/** Lets a crowd of `count` speak with what listens at `port`, and prints a row of the table. */
async function measure(name: string, count: number, pid: number, port: number): Promise<void> {
  await using crowd = await Crowd.gather(count, port, { line: (ssrc) => new Line(ssrc) });
  const idleKb = residentKb(pid);
  if (name === "echo") crowd.speak();
  else await crowd.call();
  await sleep(SETTLE_MS);
  const [from, before] = [performance.now(), cpuTime(pid)];
  const sentBefore = crowd.lines.map(({ sentLateMs }) => sentLateMs.length);
  await sleep(Number(seconds) * 1000);
  const [to, after] = [performance.now(), cpuTime(pid)];
  const kb = residentKb(pid) - idleKb;
  const callerLate = crowd.lines.flatMap((one, i) => one.sentLateMs.slice(sentBefore[i]));
  const share = (key: keyof CpuTime) => 100_000 * (after[key] - before[key]) / (to - from);
  const reports = crowd.lines.map((line) => line.report(from, to));
  const sum = (of: (line: typeof crowd.lines[0]) => number) =>
    crowd.lines.reduce((total, line) => total + of(line), 0);
  row([
    name,
    String(count),
    ...figures(reports),
    `${sum((line) => line.sequenceBreaks)} / ${sum((line) => line.timestampBreaks)}`,
    spread(reports.flatMap(({ tripsMs }) => tripsMs), [0.5, 0.99]),
    `${share("process").toFixed(1)} %`,
    `${(share("process") / count).toFixed(2)} %`,
    `${(kb / count).toFixed(0)} KB`,
    spread(callerLate, [0.99]),
    `${share("others").toFixed(0)} %`,
    `${share("stolen").toFixed(0)} %`,
  ]);
  if (name !== "echo") await crowd.hangUp();
}

function figures(reports: readonly LineReport[]): string[] {
  return [
    spread(reports.map(({ jitterMs }) => jitterMs), [0.5, 0.99, 1]),
    spread(reports.flatMap(({ latenessMs }) => latenessMs), [0.99, 1]),
    spread(reports.map(({ longestGapMs }) => longestGapMs), [1]),
    String(reports.reduce((sum, { bunched }) => sum + bunched, 0)),
  ];
}

/** The quantiles of some values. */
function spread(values: readonly number[], parts: readonly number[]): string {
  const sorted = Float64Array.from(values).sort();
  const at = (part: number) => sorted[Math.min(sorted.length - 1, sorted.length * part | 0)];
  return parts.map((part) => at(part)?.toFixed(2) ?? "-").join(" / ");
}

async function measurePhone(runtime: Runtime, count: number): Promise<void> {
  await using phone = await PhoneProcess.start({ runtime, backend: "loopback" });
  await measure(runtime, count, phone.program.pid, phone.port);
}

async function measureEcho(count: number): Promise<void> {
  const program = new URL("pacing/bare_echo.ts", import.meta.url).pathname;
  const run = RUNTIME === "deno" ? ["run", "-A"] : [];
  await using echo = new Program(process.execPath, [...run, program]);
  const [, port] = await echo.says(/^ready: (\d+)$/m);
  await measure("echo", count, echo.pid, Number(port));
}

function row(cells: readonly string[]): void {
  say(`| ${cells.join(" | ")} |`);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** What a program calls its version. */
async function versionOf(program: string): Promise<string> {
  await using running = new Program(program, ["--version"]);
  await running.ended;
  return `${program} ${running.stdout.split("\n")[0].replace(/^deno /, "")}`;
}

const runtimes = (["bun", "deno"] as const).filter(hasProgram);
say(
  `${cpus().length} x ${cpus()[0]?.model}, ${process.platform} ${process.arch}, load ${
    loadavg()[0].toFixed(1)
  }; ${(await Promise.all(runtimes.map(versionOf))).join("; ")}; callers on ${RUNTIME}.`,
);
say(`${seconds} s of PCMU in packets of 20 ms, times in ms.\n`);
row(COLUMNS);
row(COLUMNS.map(() => "---"));
for (const count of counts.split(",").map(Number)) {
  if (names.includes("echo")) await measureEcho(count);
  for (const runtime of runtimes) if (names.includes(runtime)) await measurePhone(runtime, count);
}
process.exit(0);
