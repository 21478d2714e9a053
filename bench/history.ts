/**
 * How well does an agent remember what the caller heard of it?
 *
 * Real calls, as in `barge_in.ts`. The agent tells a story in a voice of which it is known when it says
 * which word; the caller interrupts it anywhere. What history then holds is compared with the words
 * whose sound had left the phone in full, as it came to the caller's socket.
 *
 *   bun bench/history.ts [calls] [runtimes]
 *   deno run -A bench/history.ts
 */
import process from "node:process";
import { concatSamples } from "../src/audio/mod.ts";
import { SeededRandom } from "../src/clock/mod.ts";
import { agentPackets } from "./conversation/agent_packets.ts";
import { BenchPhone } from "./conversation/bench_phone.ts";
import { between } from "./conversation/chance.ts";
import { onLine } from "./conversation/disturbances.ts";
import { manyAtOnce } from "./conversation/many_calls.ts";
import { leftAt, oneCall, PACKET } from "./conversation/one_call.ts";
import { loadRecordings } from "./conversation/recordings.ts";
import * as report from "./conversation/report.ts";
import { sentencesOf, storyOf, voiceOf } from "./conversation/words.ts";

const AT_ONCE = 15;
const [count = "60", runtimes = "bun,deno"] = process.argv.slice(2);
const { callers } = await loadRecordings();

/** An interruption: how many words history has, and how many had left. */
interface Memory {
  readonly story: string;
  readonly remembered: number;
  readonly left: number;
}

async function interrupted(
  phone: BenchPhone,
  what: "story" | "tale",
  index: number,
): Promise<{ readonly number: string; readonly left: number; readonly story: string }> {
  const random = new SeededRandom(500 + index);
  const story = storyOf(index);
  const lead = Math.floor(between(random, 4000, 64_000));
  const { samples } = callers[index % callers.length];
  const parts = [new Int16Array(lead), samples, new Int16Array(9000)];
  const number = `${what}-${index}`;
  const record = await oneCall(phone.port, { number, sound: onLine(concatSamples(parts), random) });
  const { sound, ends } = spoken(story);
  // What comes once the caller has finished is the answer.
  const until = leftAt(record, lead + samples.length - 1) + 300;
  const packets = agentPackets(record.arrivals.filter(({ at }) => at < until), sound);
  const last = packets.findLast(({ gainDb }) => gainDb > -Infinity);
  const leftMs = last === undefined ? 0 : (last.frame + 1) * 20;
  return { number, story, left: ends.filter((end) => end <= leftMs).length };
}

/** The sound of a story as it leaves, sentence by sentence in whole packets, and where words end, in ms. */
function spoken(story: string): { readonly sound: Int16Array; readonly ends: readonly number[] } {
  const pieces: Int16Array[] = [];
  const ends: number[] = [];
  let packets = 0;
  for (const sentence of sentencesOf(story)) {
    const { samples, words } = voiceOf(sentence);
    const count = Math.ceil(samples.length / PACKET);
    const piece = new Int16Array(count * PACKET);
    piece.set(samples);
    pieces.push(piece);
    ends.push(...words.map(({ endMs }) => packets * 20 + endMs));
    packets += count;
  }
  return { sound: concatSamples(pieces), ends };
}

async function measure(runtime: "bun" | "deno", what: "story" | "tale"): Promise<Memory[]> {
  await using phone = await BenchPhone.start({
    runtime,
    detector: "fvad",
    turns: { bargeIn: { mode: "immediate" } },
  });
  const indices = Array.from({ length: Number(count) }, (_, i) => i);
  const calls = await manyAtOnce(indices, AT_ONCE, (index) => interrupted(phone, what, index));
  const told = phone.told();
  return calls.flatMap(({ number, left, story }) => {
    const history = told.get(number)?.find(({ type }) => type === "history");
    if (history === undefined) return [];
    const { agent = "" } = history;
    return [{ story, left, remembered: agent.split(/\s+/).filter((word) => word !== "").length }];
  });
}

await report.introduce();
report.say("\nWords that history has beyond those that left the phone in full.\n");
report.head([
  "phone",
  "interruptions",
  "exact",
  "one more",
  "one less",
  "two or more off",
  "furthest off",
]);
for (const runtime of report.RUNTIMES.filter((name) => runtimes.includes(name))) {
  for (const what of ["story", "tale"] as const) {
    const memories = await measure(runtime, what);
    const errors = memories.map(({ remembered, left }) => remembered - left);
    const off = (test: (error: number) => boolean) => errors.filter(test).length;
    report.row([
      `${runtime}, ${what === "story" ? "a voice at once" : "a voice in pieces"}`,
      errors.length,
      off((error) => error === 0),
      off((error) => error === 1),
      off((error) => error === -1),
      off((error) => Math.abs(error) > 1),
      errors.reduce((most, error) => Math.abs(error) > Math.abs(most) ? error : most, 0),
    ]);
    if (process.env.WORST) {
      for (const m of memories.filter((m) => Math.abs(m.remembered - m.left) > 1)) {
        report.say(JSON.stringify(m));
      }
    }
  }
}
process.exit(0);
