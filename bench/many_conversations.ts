/**
 * How many conversations does one process hold, what does each cost, and does one slow another?
 *
 * Callers in this process talk with a phone in another, by SIP and RTP over loopback: each says a
 * recorded phrase every seven seconds and is answered at once, in no time, for two seconds. What came
 * is judged from 2 s after the last call was answered. `echo` is a process that only sends packets back:
 * what the machine and the callers themselves are late by.
 *
 *   bun bench/many_conversations.ts [seconds] [calls,calls...] [runtimes and echo] [detectors]
 *   deno run -A bench/many_conversations.ts
 */
import process from "node:process";
import { SeededRandom } from "../src/clock/mod.ts";
import { RUNTIME, type Runtime } from "../test/support/phone_process.ts";
import { Program } from "../test/support/program.ts";
import { BenchPhone } from "./conversation/bench_phone.ts";
import { shuffled } from "./conversation/chance.ts";
import { loadRecordings } from "./conversation/recordings.ts";
import * as report from "./conversation/report.ts";
import { TalkingLine } from "./conversation/talking_line.ts";
import { Crowd } from "./pacing/crowd.ts";

const SETTLE_MS = 2000;
/** Packets from one turn of a caller to the next. */
const CYCLE = 350;
const ANSWER_SECONDS = 2;
const END_MS = 500;

const [seconds = "15", counts = "1,100,200", names = "echo,bun,deno", detectors = "fvad,silero"] =
  process.argv.slice(2);
const { callers } = await loadRecordings();
const phrases = shuffled(callers.filter(({ isEndKnown }) => isEndKnown), new SeededRandom(3));

function line(ssrc: number): TalkingLine {
  const { samples } = phrases[ssrc % phrases.length];
  // 97 has no factor in common with a cycle, so that at any time some talk and some listen.
  return new TalkingLine(ssrc, { says: samples, cycle: CYCLE, after: 25 + ssrc * 97 });
}

/** Lets a crowd of `count` talk with what listens at `port`, and prints a row of the table. */
async function measure(
  name: string,
  { count, pid, port }: { readonly count: number; readonly pid: number; readonly port: number },
): Promise<void> {
  const number = (index: number) => `answer-${index % 8}-${index}`;
  await using crowd = await Crowd.gather(count, port, { line, number });
  if (name === "echo") crowd.speak();
  else await crowd.call();
  await sleep(SETTLE_MS);
  const before = crowd.lines.map((one) => ({
    answers: one.answersMs.length,
    unanswered: one.unanswered,
    sent: one.sentLateMs.length,
    breaks: one.timestampBreaks,
  }));
  const from = performance.now();
  const usage = report.watchCpu(pid);
  await sleep(Number(seconds) * 1000);
  const to = performance.now();
  const { process: phone, others, stolen } = usage();
  const { lines } = crowd;
  const reports = lines.map((one) => one.report(from, to));
  const answers = lines.flatMap((one, i) => one.answersMs.slice(before[i].answers));
  const sum = (of: (one: TalkingLine, index: number) => number) =>
    lines.reduce((total, one, index) => total + of(one, index), 0);
  const isEcho = name === "echo";
  report.row([
    name,
    count,
    `${phone.toFixed(0)} %`,
    `${(phone / count).toFixed(2)} %`,
    report.spread(reports.flatMap(({ latenessMs }) => latenessMs), [0.5, 0.99, 1], 1),
    sum((one, i) => one.timestampBreaks - before[i].breaks),
    isEcho ? "-" : report.spread(answers.map((ms) => ms - END_MS), [0.5, 0.99, 1]),
    isEcho ? "-" : `${answers.length} / ${sum((one, i) => one.unanswered - before[i].unanswered)}`,
    report.spread(lines.flatMap((one, i) => one.sentLateMs.slice(before[i].sent)), [0.99], 1),
    `${others.toFixed(0)} % + ${stolen.toFixed(0)} %`,
    report.load(),
  ]);
  if (!isEcho) await crowd.hangUp();
}

async function measurePhone(runtime: Runtime, detector: "fvad" | "silero", count: number) {
  await using phone = await BenchPhone.start({
    runtime,
    detector,
    maxCalls: count + 10,
    answerSeconds: ANSWER_SECONDS,
  });
  const { port, program: { pid } } = phone;
  await measure(`${runtime}, ${detector}`, { count, pid, port });
}

async function measureEcho(count: number): Promise<void> {
  const program = new URL("pacing/bare_echo.ts", import.meta.url).pathname;
  const run = RUNTIME === "deno" ? ["run", "-A"] : [];
  await using echo = new Program(process.execPath, [...run, program]);
  const [, port] = await echo.says(/^ready: (\d+)$/m);
  await measure("echo", { count, pid: echo.pid, port: Number(port) });
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

await report.introduce();
report.say(`${seconds} s of PCMU in packets of 20 ms; times in ms.\n`);
report.head([
  ...["phone", "calls", "CPU", "a call", "packets late p50 / p99 / max", "slots passed over"],
  ...[`answered beyond ${END_MS} ms p50 / p99 / max`, "answers / none"],
  ...["caller late p99", "others + stolen", "load"],
]);
for (const count of counts.split(",").map(Number)) {
  if (names.includes("echo")) await measureEcho(count);
  for (const runtime of report.RUNTIMES.filter((one) => names.includes(one))) {
    for (const detector of ["fvad", "silero"] as const) {
      if (detectors.includes(detector)) await measurePhone(runtime, detector, count);
    }
  }
}
process.exit(0);
