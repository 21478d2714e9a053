/**
 * Does anything leak, and is any sound late, in an hour of calls that come and go by chance?
 *
 *   bun bench/soak.ts [--minutes 60] [--calls 100] [--seed 1] [--deno] [--mean-s 20] [--sample-s 20] [--admission]
 *
 * Callers come as a Poisson process, are answered, refused or cancelled, talk, press keys, hang up or are
 * hung up on, are killed; their lines lose, reorder and repeat packets; the backend throws, hangs and is
 * slow; some calls are recorded. The phone is a process of its own and is replaced twice: by another
 * one beside it, and by one that takes its port. A third process does nothing but tick: how late that
 * is the machine is to blame for. `--deno` runs phone and control on Deno, the callers stay. The
 * phones take calls however late the machine makes them, unless `--admission` says that they judge it.
 */
import { cpus, loadavg } from "node:os";
import process from "node:process";
import { parseArgs } from "node:util";
import { summary } from "../test/support/soak/soak_books.ts";
import { grownPerCall, judge, steadyFrom } from "../test/support/soak/soak_judge.ts";
import type { LatenessReport } from "../test/support/soak/soak_messages.ts";
import type { SoakPhone } from "../test/support/soak/soak_phones.ts";
import { meanHoldMs } from "../test/support/soak/soak_plan.ts";
import { runSoak, type SoakReport } from "../test/support/soak/soak_run.ts";
import { blame } from "../test/support/soak/blame.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "60" },
    calls: { type: "string", default: "100" },
    seed: { type: "string", default: "1" },
    "mean-s": { type: "string", default: "20" },
    "sample-s": { type: "string", default: "20" },
    deno: { type: "boolean", default: false },
    admission: { type: "boolean", default: false },
  },
});
const number = (name: "minutes" | "calls" | "seed" | "mean-s" | "sample-s") => {
  const value = Number(values[name]);
  if (value > 0) return value;
  throw new RangeError(`Cannot soak as --${name} is above 0: current value is ${values[name]}`);
};
const ms = number("minutes") * 60_000;
const mix = { meanTalkMs: 1000 * number("mean-s"), maxTalkMs: 6000 * number("mean-s") };
const calls = number("calls");
const runtime = values.deno ? "deno" : "bun";

say(`${cpus().length} x ${cpus()[0]?.model}, load ${loadavg()[0].toFixed(1)}; phone on ${runtime}`);
say(
  `${values.minutes} min, ${calls} calls at a time, ${
    (1000 * calls / meanHoldMs(mix)).toFixed(1)
  } ` +
    `a second, seed ${values.seed}`,
);
const report = await runSoak({
  ...mix,
  ...{ ms, calls, runtime, say, judgesLoad: values.admission },
  seed: number("seed"),
  sampleEveryMs: Math.min(ms / 60, 1000 * number("sample-s")),
  drainsAt: [0.75, 0.9],
  drainMs: Math.min(60_000, ms / 15),
});
print(report);
const verdicts = judge(report);
say("");
for (const { ok, what, seen } of verdicts) say(`${ok ? "ok  " : "FAIL"} ${what}: ${seen}`);
process.exit(verdicts.every(({ ok }) => ok) ? 0 : 1);

function print(
  { phones, hearing, callers, control, idleAfterMs, outcomes, peak }: SoakReport,
): void {
  say("");
  say(
    `${outcomes.length} calls, at most ${peak} at a time; idle after ${(idleAfterMs / 1000) | 0} s`,
  );
  say("");
  row(["lateness of ticks", "ticks", "missed", "p50", "p99", "p99.9", "max"]);
  row(["---", "---", "---", "---", "---", "---", "---"]);
  row(["control", ...lateness(control)]);
  row(["callers", ...lateness(callers)]);
  for (const phone of phones) for (const line of worst(phone)) row(line);
  say("");
  const { p50, p99, p999, max } = summary(hearing.between);
  say(
    `callers heard ${hearing.packets} packets: lost ${hearing.lost}, disordered ` +
      `${hearing.disordered}, timestamp breaks ${hearing.timestampBreaks}, source changes ` +
      `${hearing.sourceChanges}; from one to the next p50 ${p50}, p99 ${p99}, p99.9 ${p999}, ` +
      `max ${max.toFixed(1)} ms`,
  );
  const first = summary(hearing.first);
  say(
    `from the answer to the first packet p50 ${first.p50}, p99 ${first.p99}, max ` +
      `${first.max.toFixed(1)} ms`,
  );
  for (const line of blame({ phones, hearing, callers, control })) say(line);
  say("");
  for (const phone of phones) describe(phone);
}

function describe(phone: SoakPhone): void {
  const { name, samples } = phone;
  const [first, end] = [samples[0], samples[samples.length - 1]];
  const drained = samples.find(({ type }) => type === "drained") ?? end;
  const mb = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
  const trend = (of: (sample: typeof first) => number) => {
    const { slope, margin, independent } = grownPerCall(phone, of);
    return `${slope.toFixed(0)} ± ${margin.toFixed(0)} bytes a call (${independent.toFixed(0)} ` +
      "independent samples)";
  };
  say(
    `${name}: living memory ${mb(first.heap)} at the start, ${mb(drained.heap)} drained, ` +
      `grows by ${trend(({ heap }) => heap)}`,
  );
  say(`${name}: resident ${mb(first.rss)}, ${mb(end.rss)}, grows by ${trend(({ rss }) => rss)}`);
  say(`${name}: ${JSON.stringify({ ...end.ends, ...end.recordings })}`);
  const late = 100 * Math.max(...samples.map(({ load }) => load.lateShare));
  say(
    `${name}: watchdogs ${JSON.stringify(end.watchdogs)}; at most ${
      late.toFixed(0)
    } % of the ticks ` +
      "of 5 s came more than 20 ms late",
  );
  for (const [text, count] of Object.entries(end.errors).slice(0, 12)) {
    say(`${name}: ${count} x ${text}`);
  }
  const before = samples[steadyFrom(samples.length)];
  const after = samples.findLast(({ type }) => type === "sample");
  if (before === undefined || after === undefined) return;
  const grown = Object.entries(after.objects)
    .map(([type, count]) => [type, count - (before.objects[type] ?? 0)] as const)
    .toSorted(([, a], [, b]) => b - a).slice(0, 8).filter(([, more]) => more > 0);
  say(
    `${name}: more living objects than at a third of its time: ${
      grown.map(([type, more]) => `${more} ${type}`).join(", ")
    }`,
  );
}

/** All samples of a phone as one row: the worst of each. */
function worst({ name, samples }: SoakPhone): string[][] {
  const all = samples.map(({ lateness }) => lateness).filter(({ ticks }) => ticks > 0);
  const most = (of: (one: LatenessReport) => number) => Math.max(...all.map(of));
  const sum = (of: (one: LatenessReport) => number) =>
    all.reduce((total, one) => total + of(one), 0);
  const middle = (of: (one: LatenessReport) => number) =>
    all.map(of).toSorted((a, b) => a - b)[all.length >> 1];
  const head = [String(sum(({ ticks }) => ticks)), String(sum(({ missed }) => missed))];
  return [
    [
      `${name}, median of ${all.length} samples`,
      ...head,
      ...[middle(({ p50 }) => p50), middle(({ p99 }) => p99), middle(({ p999 }) => p999)].map(
        fixed,
      ),
      fixed(most(({ max }) => max)),
    ],
  ];
}

function lateness({ ticks, missed, p50, p99, p999, max }: LatenessReport): string[] {
  return [String(ticks), String(missed), ...[p50, p99, p999, max].map(fixed)];
}

function fixed(ms: number): string {
  return ms.toFixed(1);
}

function row(cells: readonly string[]): void {
  say(`| ${cells.join(" | ")} |`);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
