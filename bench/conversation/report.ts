/** What a benchmark prints. */
import { cpus, loadavg } from "node:os";
import process from "node:process";
import { RUNTIME, type Runtime } from "../../test/support/phone_process.ts";
import { hasProgram, Program } from "../../test/support/program.ts";
import { type CpuTime, cpuTime } from "../pacing/usage.ts";

/** The runtimes that are here. */
export const RUNTIMES: readonly Runtime[] = (["bun", "deno"] as const).filter(hasProgram);

/** Prints the machine, how busy it is, and the versions. */
export async function introduce(): Promise<void> {
  const versions = await Promise.all(RUNTIMES.map(versionOf));
  const machine = `${cpus().length} x ${cpus()[0]?.model}, ${process.platform} ${process.arch}`;
  say(`${machine}, load ${load()}; ${versions.join("; ")}; callers on ${RUNTIME}.`);
}

/** The load of the last minute. */
export function load(): string {
  return loadavg()[0].toFixed(1);
}

/** What a program calls its version. */
async function versionOf(program: string): Promise<string> {
  await using running = new Program(program, ["--version"]);
  await running.ended;
  return `${program} ${running.stdout.split("\n")[0].replace(/^deno /, "")}`;
}

/** Prints a line. */
export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Prints a row of a table. */
export function row(cells: readonly (string | number)[]): void {
  say(`| ${cells.join(" | ")} |`);
}

/** Prints the head of a table. */
export function head(cells: readonly string[]): void {
  row(cells);
  row(cells.map(() => "---"));
}

/** Quantiles of some values, such as `12 / 34`; `-` of none. */
export function spread(values: readonly number[], parts: readonly number[], digits = 0): string {
  const sorted = Float64Array.from(values).sort();
  const at = (part: number) => sorted[Math.min(sorted.length - 1, sorted.length * part | 0)];
  return parts.map((part) => at(part)?.toFixed(digits) ?? "-").join(" / ");
}

/** How many of `all` did, such as `3 of 20 (15 %)`. */
export function share(count: number, all: number): string {
  return `${count} of ${all} (${(100 * count / all).toFixed(0)} %)`;
}

/** Measures what the machine did meanwhile, in % of a core. */
export function watchCpu(pid: number): () => Record<keyof CpuTime, number> {
  const [from, before] = [performance.now(), cpuTime(pid)];
  return () => {
    const [seconds, after] = [(performance.now() - from) / 1000, cpuTime(pid)];
    const part = (key: keyof CpuTime) => 100 * (after[key] - before[key]) / seconds;
    return { process: part("process"), others: part("others"), stolen: part("stolen") };
  };
}

/** Prints who was busy meanwhile. */
export function busy(
  name: string,
  { process, others, stolen }: Record<keyof CpuTime, number>,
): void {
  const cells = [`phone ${process.toFixed(0)} %`, `others ${others.toFixed(0)} %`];
  say(`${name}: ${cells.join(", ")}, stolen ${stolen.toFixed(0)} % of a core, load ${load()}`);
}
