/**
 * How soon does an agent stop when the caller speaks, and what else stops it?
 *
 * A caller in this process calls a phone in another, by SIP and RTP over loopback, in real time. The
 * agent talks (recorded prompts), the caller speaks over it (other recordings), coughs, says "mm-hm",
 * has music or noise around it, or a telephone that echoes; what became of the agent is judged by the
 * packets that come. An onset is true by the loudness of the clean recording, and counts from when the
 * packet that holds it leaves.
 *
 *   bun bench/barge_in.ts [calls of each kind] [runtimes] [detectors] [modes] [kinds] [options of turns]
 *   deno run -A bench/barge_in.ts
 *
 * Where Silero is not installed it is left out: `.ci/silero` installs it.
 */
import process from "node:process";
import type { BargeInOptions } from "../src/turn/mod.ts";
import { agentPackets } from "./conversation/agent_packets.ts";
import { BenchPhone, type Told } from "./conversation/bench_phone.ts";
import { firstSyllable } from "./conversation/first_syllable.ts";
import { type Interruption, interruption, wasLowered } from "./conversation/interruption.ts";
import { manyAtOnce } from "./conversation/many_calls.ts";
import { leftAt, oneCall } from "./conversation/one_call.ts";
import { AGENT_SECONDS, agentSound, loadRecordings } from "./conversation/recordings.ts";
import * as report from "./conversation/report.ts";
import { type Scene, type SceneName, sceneOf } from "./conversation/scenes.ts";

const ASIDE: readonly SceneName[] = ["cough", "mm-hm", "music", "noise", "echo"];
const AT_ONCE = 20;
const EVENTS = ["duck", "restore", "turn-begin", "false-alarm"];

const [count = "24", runtimes = "bun,deno", detectors = "fvad,silero", modes = "immediate,duck"] =
  process.argv.slice(2);
const [kinds = ["speech", ...ASIDE].join(","), turns = "{}"] = process.argv.slice(6);
const recordings = await loadRecordings();

/** A call, and what came of it. */
interface Outcome extends Interruption {
  readonly scene: Scene;
  readonly wasLowered: boolean;
  /** The line's echo included: what was said from its onset on. */
  readonly said: Int16Array;
  /** When what is told of it was, after the onset, in ms. */
  readonly told: readonly Told[];
  readonly onsetAt: number;
}

async function play(phone: BenchPhone, scene: Scene): Promise<Omit<Outcome, "told">> {
  const record = await oneCall(phone.port, scene);
  const pauses = scene.name !== "speech";
  const says = agentSound(recordings, scene.agent, { seconds: AGENT_SECONDS, pauses });
  const packets = agentPackets(record.arrivals, says);
  const onsetAt = leftAt(record, scene.from);
  const said = record.sound.subarray(scene.from, scene.from + (scene.phrase?.samples.length ?? 0));
  return {
    ...interruption(packets, onsetAt),
    scene,
    wasLowered: wasLowered(packets),
    said,
    onsetAt,
  };
}

/** Plays all scenes to one phone. */
async function measure(runtime: "bun" | "deno", detector: "fvad" | "silero", mode: string) {
  const names = kinds.split(",") as SceneName[];
  const scenes = names.flatMap((name) =>
    Array.from({ length: Number(count) }, (_, i) => sceneOf(name, i, recordings))
  );
  const { bargeIn, ...others } = JSON.parse(turns);
  const options = { ...others, bargeIn: { ...bargeIn, mode } as BargeInOptions };
  await using phone = await BenchPhone.start({
    runtime,
    detector,
    turns: options,
    eventTypes: EVENTS,
  });
  const usage = report.watchCpu(phone.program.pid);
  const played = await manyAtOnce(scenes, AT_ONCE, (scene) => play(phone, scene));
  const told = phone.told();
  const outcomes = played.map((one): Outcome => ({
    ...one,
    told: told.get(one.scene.number) ?? [],
  }));
  return { outcomes, usage: usage() };
}

function speechRow(name: string, outcomes: readonly Outcome[]): void {
  const of = (pick: (one: Outcome) => number | undefined) =>
    outcomes.map(pick).filter((ms) => ms !== undefined && ms >= 0) as number[];
  const stopped = of(({ stoppedMs }) => stoppedMs);
  const early = outcomes.filter(({ stoppedMs }) => stoppedMs !== undefined && stoppedMs < 0).length;
  const decided = of(({ told, onsetAt }) => {
    const first = told.find(({ type }) => type === "duck" || type === "turn-begin");
    return first && first.at! - onsetAt;
  });
  const heard = outcomes.flatMap(({ told, said }) => {
    const utterance = told.find(({ type }) => type === "utterance");
    return utterance === undefined ? [] : [firstSyllable(utterance, said)];
  });
  const whole = heard.filter(({ aheadMs, likeness }) => aheadMs >= 0 && likeness >= 0.9).length;
  report.row([
    name,
    report.spread(decided, [0.5, 0.95]),
    report.spread(of(({ loweredMs }) => loweredMs), [0.5, 0.95]),
    report.spread(stopped, [0.5, 0.95, 1]),
    `${outcomes.length - stopped.length - early} / ${early}`,
    report.share(whole, outcomes.length),
    report.spread(heard.map(({ aheadMs }) => aheadMs), [0, 0.5, 1]),
  ]);
}

function asideRow(name: string, outcomes: readonly Outcome[]): void {
  const cells = ASIDE.map((kind) => {
    const those = outcomes.filter(({ scene }) => scene.name === kind);
    const stopped = those.filter(({ stoppedMs }) => stoppedMs !== undefined).length;
    const lowered = those.filter(({ stoppedMs, wasLowered }) =>
      stoppedMs === undefined && wasLowered
    ).length;
    return those.length === 0 ? "-" : `${stopped} + ${lowered} of ${those.length}`;
  });
  const all = outcomes.filter(({ scene }) => scene.name !== "speech");
  const stopped = all.filter(({ stoppedMs }) => stoppedMs !== undefined).length;
  report.row([name, ...cells, all.length === 0 ? "-" : report.share(stopped, all.length)]);
}

await report.introduce();
const results = new Map<string, Outcome[]>();
const machine: [string, ReturnType<ReturnType<typeof report.watchCpu>>][] = [];
for (const runtime of report.RUNTIMES.filter((name) => runtimes.includes(name))) {
  for (const detector of ["fvad", "silero"] as const) {
    for (const mode of modes.split(",")) {
      if (!detectors.includes(detector)) continue;
      const name = `${runtime}, ${detector}, ${mode}`;
      const { outcomes, usage } = await measure(runtime, detector, mode);
      results.set(name, outcomes);
      machine.push([name, usage]);
    }
  }
}
report.say(`\nThe caller speaks over the agent; ms from its true onset.\n`);
report.head([
  ...["phone", "decided p50 / p95", "lowered by 12 dB p50 / p95"],
  ...["last packet with its voice p50 / p95 / max", "never / before", "first 100 ms intact"],
  "heard from before the onset min / p50 / max",
]);
for (const [name, outcomes] of results) {
  speechRow(name, outcomes.filter(({ scene }) => scene.name === "speech"));
}
report.say(`\nAgents that were stopped + only lowered, of so many.\n`);
report.head(["phone", ...ASIDE, "stopped"]);
for (const [name, outcomes] of results) asideRow(name, outcomes);
report.say("");
for (const [name, usage] of machine) report.busy(name, usage);
process.exit(0);
