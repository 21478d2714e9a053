/**
 * What does a command to FreeSWITCH cost over our client, by each of its transports, beside modesl alone
 * and other libraries, and how many events a second does each take?
 *
 *   bun bench/esl.ts [commands] [events]
 *   deno run -A bench/esl.ts
 *
 * FreeSWITCH's end is a process of its own that answers at once and repeats the events of a recorded
 * call. Peers are measured if ESL_PEERS names the node_modules folder they are in:
 * `npm install --prefix /tmp/peers esl@11.2.1 drachtio-modesl@1.3.1`.
 */
import { createRequire } from "node:module";
import { cpus, loadavg } from "node:os";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { SystemClock } from "../src/clock/mod.ts";
import { Program } from "../test/support/program.ts";
import { type Contender, eslPackage, modeslAlone, ours } from "./esl/contenders.ts";

const SERVER = fileURLToPath(new URL("./esl/flood_server.ts", import.meta.url));
const PEERS = process.env.ESL_PEERS;
const [commands = "3000", events = "20000"] = process.argv.slice(2);
const NAMES = [
  ..."BACKGROUND_JOB CHANNEL_ANSWER CHANNEL_BRIDGE CHANNEL_CREATE CHANNEL_HANGUP_COMPLETE".split(
    " ",
  ),
  ..."CHANNEL_PARK CHANNEL_UNBRIDGE DTMF HEARTBEAT RECORD_START RECORD_STOP".split(" "),
];
const clock = new SystemClock();

async function roundTrips(contender: Contender, count: number): Promise<[number, number]> {
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    const from = clock.now();
    await contender.api("status");
    times.push(clock.now() - from);
  }
  times.sort((a, b) => a - b);
  return [times[count >> 1], times[Math.floor(count * 0.99)]];
}

/** Events a second of wall time, and microseconds of CPU for each. */
async function flood(contender: Contender, count: number): Promise<[number, number]> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let seen = 0;
  await contender.listen((name) => {
    if (name !== undefined && ++seen === count) resolve();
  });
  const [from, before] = [clock.now(), process.cpuUsage()];
  await contender.api(`flood ${count}`);
  await promise;
  const { user, system } = process.cpuUsage(before);
  return [count / (clock.now() - from) * 1000, (user + system) / count];
}

async function measure(name: string, open: () => Promise<Contender>, count: number): Promise<void> {
  const contender = await open();
  await roundTrips(contender, Math.min(count, 200));
  const [p50, p99] = await roundTrips(contender, count);
  const [perSecond, cpuUs] = await flood(contender, Number(events));
  contender.close();
  say(name, p50.toFixed(3), p99.toFixed(2), perSecond.toFixed(0), cpuUs.toFixed(0));
}

function say(first: string, ...cells: readonly string[]): void {
  process.stdout.write(`${first.padEnd(34)}${cells.map((cell) => cell.padStart(12)).join("")}\n`);
}

await using server = new Program("bun", ["run", SERVER]);
const [, portText, size] = await server.says(/^ready (\d+) ([\d.]+)$/m);
const port = Number(portText);
const { bun, deno, node } = process.versions;
const runtime = bun ? `Bun ${bun}` : deno ? `Deno ${deno}` : `Node ${node}`;
const load = loadavg()[0].toFixed(1);
process.stdout.write(`${runtime}, ${cpus().length} x ${cpus()[0].model}, load before ${load}\n`);
process.stdout.write(
  `${commands} commands, ${events} events of ${Number(size).toFixed(0)} bytes\n\n`,
);
say("", "p50 ms", "p99 ms", "events/s", "us CPU each");
const count = Number(commands);
await measure("EslClient, own transport", () => ours(port, "own"), count);
await measure("EslClient, modesl guarded", () => ours(port, "modesl"), count);
const modesl = await import("modesl");
// Each of these may take 42 ms, so a few will do.
await measure("modesl as it is", () => modeslAlone(port, modesl, false), Math.min(count, 50));
await measure("modesl with TCP_NODELAY", () => modeslAlone(port, modesl, true), count);
if (PEERS !== undefined) {
  const drachtio = createRequire(`${PEERS}/`)("drachtio-modesl");
  await measure(
    "drachtio-modesl 1.3.1",
    () => modeslAlone(port, { default: drachtio }, true),
    count,
  );
  const esl = await import(`${PEERS}/esl/esl.mjs`);
  await measure("esl 11.2.1", () => eslPackage(port, esl, NAMES), count);
}
await server.stop();
// The package esl would connect again.
process.exit();
