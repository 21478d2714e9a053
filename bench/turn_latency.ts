/**
 * How long is it silent between the end of what a caller says and the first sound of the answer?
 *
 * Real calls, as in `barge_in.ts`. A backend that answers in no time shows what the phone itself adds
 * to the silence by which it knows the end (`endMs`): the detector's hangover, the packets, the chain.
 * One that streams, a word each 50 ms and a sentence's sound 100 ms after its words, shows when the
 * first of three sentences is heard. The end is true by the loudness of the clean recording: the last
 * 10 ms that are not 40 dB (in rooms 30) below the loudest, as they leave.
 *
 *   bun bench/turn_latency.ts [calls of each kind] [runtimes] [detectors]
 *   deno run -A bench/turn_latency.ts
 */
import process from "node:process";
import { concatSamples } from "../src/audio/mod.ts";
import { SeededRandom } from "../src/clock/mod.ts";
import { BenchPhone, type Told } from "./conversation/bench_phone.ts";
import { between } from "./conversation/chance.ts";
import { onLine } from "./conversation/disturbances.ts";
import { manyAtOnce } from "./conversation/many_calls.ts";
import { type CallRecord, leftAt, oneCall } from "./conversation/one_call.ts";
import { loadRecordings } from "./conversation/recordings.ts";
import * as report from "./conversation/report.ts";
import { ANSWER } from "./conversation/words.ts";
import { isVoice } from "./conversation/voice_packet.ts";

/** The silence that ends a turn of which nothing more is known: the default. */
const END_MS = 500;
const AT_ONCE = 10;
const WORDS = ANSWER.join("").split(/\s+/).length;
/** How long an answer is waited for, in samples. */
const WAIT = { answer: 12_000, stream: 20_000 } as const;

const [count = "40", runtimes = "bun,deno", detectors = "fvad,silero"] = process.argv.slice(2);
const { callers } = await loadRecordings();
const phrases = callers.filter(({ isEndKnown }) => isEndKnown);

/** A caller's turn and what came of it. */
interface Turn {
  readonly number: string;
  /** When its last sample left, and the last that was less than 30 dB below the loudest. */
  readonly endedAt: number;
  readonly voiceEndedAt: number;
  /** When the first sound of the answer came; undefined if none did. */
  readonly answeredAt: number | undefined;
}

async function turn(port: number, what: keyof typeof WAIT, index: number): Promise<Turn> {
  const random = new SeededRandom(77 + index);
  const phrase = phrases[index % phrases.length];
  const lead = Math.floor(between(random, 3200, 8000));
  const parts = [new Int16Array(lead), phrase.samples, new Int16Array(WAIT[what])];
  const number = `${what}-${index % 8}-${index}`;
  const record = await oneCall(port, { number, sound: onLine(concatSamples(parts), random) });
  return {
    number,
    endedAt: leftAt(record, lead + phrase.samples.length - 1),
    voiceEndedAt: leftAt(record, lead + phrase.voicedLength - 1),
    answeredAt: firstVoice(record),
  };
}

function firstVoice({ arrivals }: CallRecord): number | undefined {
  return arrivals.find(({ payload }) => isVoice(payload))?.at;
}

/** Calls one phone again and again. */
async function measure(runtime: "bun" | "deno", detector: "fvad" | "silero", speculate: boolean) {
  await using phone = await BenchPhone.start({
    runtime,
    detector,
    conversation: { speculate },
  });
  const indices = Array.from({ length: Number(count) }, (_, i) => i);
  const usage = report.watchCpu(phone.program.pid);
  const ask = (what: keyof typeof WAIT) =>
    manyAtOnce(indices, AT_ONCE, (index) => turn(phone.port, what, index));
  const answers = speculate ? [] : await ask("answer");
  const streams = await ask("stream");
  return { answers, streams, told: phone.told(), usage: usage() };
}

function answerRow(name: string, turns: readonly Turn[]): void {
  const excess = (from: (turn: Turn) => number) =>
    turns.flatMap((turn) =>
      turn.answeredAt === undefined ? [] : [turn.answeredAt - from(turn) - END_MS]
    );
  report.row([
    name,
    report.spread(excess(({ endedAt }) => endedAt), [0.05, 0.5, 0.95, 1]),
    report.spread(excess(({ voiceEndedAt }) => voiceEndedAt), [0.05, 0.5, 0.95, 1]),
    turns.filter(({ answeredAt }) => answeredAt === undefined).length,
  ]);
}

function streamRow(name: string, turns: readonly Turn[], told: Map<string, Told[]>): void {
  const after = (from: (turn: Turn) => number | undefined) =>
    turns.flatMap((turn) => {
      const since = from(turn);
      return turn.answeredAt === undefined || since === undefined ? [] : [turn.answeredAt - since];
    });
  const at = (type: string) => ({ number }: Turn) =>
    told.get(number)?.find((one) => one.type === type)?.at;
  const wordsBefore = ({ number, answeredAt }: Turn) => {
    const words = told.get(number)?.filter(({ type }) => type === "word") ?? [];
    return answeredAt === undefined ? [] : [words.filter((one) => one.at! <= answeredAt).length];
  };
  report.row([
    name,
    report.spread(after(({ endedAt }) => endedAt), [0.5, 0.95]),
    report.spread(after(at("sentence")), [0.5, 0.95]),
    report.spread(turns.flatMap(wordsBefore), [0.5, 1]),
    turns.filter(({ answeredAt }) => answeredAt === undefined).length,
  ]);
}

await report.introduce();
const results: [string, Awaited<ReturnType<typeof measure>>][] = [];
for (const runtime of report.RUNTIMES.filter((name) => runtimes.includes(name))) {
  for (const detector of ["fvad", "silero"] as const) {
    if (!detectors.includes(detector)) continue;
    for (const speculate of [false, true]) {
      const name = `${runtime}, ${detector}${speculate ? ", speculating" : ""}`;
      results.push([name, await measure(runtime, detector, speculate)]);
    }
  }
}
report.say(
  `\nA backend that answers in no time: silence beyond the ${END_MS} ms that end a turn, ms.\n`,
);
report.head([
  "phone",
  "from the last sound p5 / p50 / p95 / max",
  "from the last at -30 dB",
  "no answer",
]);
for (const [name, { answers }] of results) if (answers.length > 0) answerRow(name, answers);
report.say(`\nA backend that streams: the first sound, ms.\n`);
report.head([
  ...["phone", "after the last sound p50 / p95", "after the first sentence's words p50 / p95"],
  ...[`of ${WORDS} words there were p50 / max`, "no answer"],
]);
for (const [name, { streams, told }] of results) streamRow(name, streams, told);
report.say("");
for (const [name, { usage }] of results) report.busy(name, usage);
process.exit(0);
