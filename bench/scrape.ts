/**
 * What does a scrape of the figures cost, and is the sound of calls late for it?
 *
 * Calls come to a phone in this process by a door, each sends a packet every 20 ms and gets its own sound
 * back. Periods with a scrape each second, fifteen times as often as Prometheus asks, take turns with
 * periods without, so that what else the machine does is in both. Lateness is that of the phone's ticks.
 *
 *   bun bench/scrape.ts [calls] [seconds of a period] [periods of each kind]
 *   deno run -A bench/scrape.ts
 */
import { loadavg } from "node:os";
import process from "node:process";
import { compress, MU_LAW, tone } from "../src/audio/mod.ts";
import { loopback } from "../src/backend/mod.ts";
import { DoorLeg } from "../src/call/mod.ts";
import { Lateness, SystemClock, SystemRandom } from "../src/clock/mod.ts";
import { codecsNamed } from "../src/codec/mod.ts";
import { MessageLine } from "../src/media/mod.ts";
import { PhoneHandler } from "../src/phone/mod.ts";
import { PhoneMetrics } from "../src/telemetry/mod.ts";

const [calls = "300", seconds = "5", periods = "5"] = process.argv.slice(2);
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const clock = new SystemClock();
const phone = new PhoneHandler({
  voiceBackend: loopback(),
  sipPort: 0,
  detector: "fvad",
  maxCalls: 1000,
  admission: false,
  clock,
});
await phone.start();
const metrics = new PhoneMetrics(phone);
const packet = compress(tone([440], 20, { levelDb: -20 }), MU_LAW);
const lines = Array.from({ length: Number(calls) }, (_, index) => {
  const codec = codecsNamed(["PCMU"])[0].create();
  const random = new SystemRandom();
  const line = new MessageLine({ clock, random, name: "bench", codec, send: () => {} });
  const leg = new DoorLeg({
    id: `bench ${index}`,
    door: "browser",
    from: { user: "bench" },
    to: { user: "bench" },
    remoteAddress: "127.0.0.1",
    line,
    onOver: () => {},
  });
  return { line, call: phone.take(leg), leg };
});
// One of them sends each 20/n ms, as callers do not send together.
const startedAt = performance.now();
let sent = 0;
const sending = setInterval(() => {
  const due = (performance.now() - startedAt) / 20 * lines.length;
  for (; sent < due; sent++) lines[sent % lines.length].line.receive(packet);
}, 1);

interface Kind {
  readonly late: Lateness;
  missed: number;
}
const { ticker } = phone.vitals;
const texts: { readonly collectMs: number; readonly wholeMs: number; readonly bytes: number }[] =
  [];

async function scrape(): Promise<void> {
  const before = performance.now();
  const text = metrics.text();
  const collected = performance.now();
  const bytes = (await text).length;
  texts.push({ collectMs: collected - before, wholeMs: performance.now() - before, bytes });
}

/** One period: what its ticks were late, read from the difference of two looks at the histogram. */
async function period(kind: Kind, scrapes: boolean): Promise<void> {
  ticker.lateness.reset();
  const missed = ticker.missed;
  for (let left = Number(seconds); left > 0; left--) {
    if (scrapes) await scrape();
    await sleep(1000);
  }
  kind.missed += ticker.missed - missed;
  const bounds = Array.from({ length: 1000 }, (_, i) => (i + 1) / 10);
  let below = 0;
  for (const [i, upTo] of ticker.lateness.within(bounds).entries()) {
    for (let n = below; n < upTo; n++) kind.late.record(i / 10);
    below = upTo;
  }
  for (let n = below; n < ticker.lateness.count; n++) kind.late.record(ticker.lateness.max);
}

await sleep(3000);
const without: Kind = { late: new Lateness(), missed: 0 };
const withScrapes: Kind = { late: new Lateness(), missed: 0 };
const cpu = process.cpuUsage();
const from = performance.now();
for (let round = 0; round < Number(periods); round++) {
  await period(without, false);
  await period(withScrapes, true);
}
const used = process.cpuUsage(cpu);
const share = (used.user + used.system) / 1000 / (performance.now() - from);
clearInterval(sending);

const runtime = "Bun" in globalThis ? "Bun" : "Deno";
const live = phone.calls.filter(({ state }) => state === "live").length;
console.log(
  `${runtime} ${process.versions[runtime.toLowerCase()]}, ${live} live calls, ` +
    `load ${loadavg()[0].toFixed(1)}, ${(share * 100).toFixed(0)} % of a core with the callers\n`,
);
console.log("| ticks               | count | late p50 | p99 | p99.9 | max | missed |");
console.log("| ------------------- | ----: | -------: | --: | ----: | --: | -----: |");
const ms = (value: number) => value.toFixed(1);
for (
  const [name, { late, missed }] of [["no scrape", without], [
    "a scrape a second",
    withScrapes,
  ]] as const
) {
  const of = (percent: number) => ms(late.percentile(percent));
  console.log(
    `| ${name.padEnd(19)} | ${late.count} | ${of(50)} | ${of(99)} | ${of(99.9)} | ${
      ms(late.max)
    } | ${missed} |`,
  );
}
const ratio = withScrapes.late.percentile(99) / without.late.percentile(99);
console.log(`\np99 with scrapes to p99 without: ${ratio.toFixed(2)}`);
const sorted = (of: (one: typeof texts[number]) => number) => texts.map(of).sort((a, b) => a - b);
const half = (values: number[]) => values[values.length >> 1].toFixed(2);
const last = (values: number[]) => values.at(-1)!.toFixed(2);
const [collect, whole] = [sorted((one) => one.collectMs), sorted((one) => one.wholeMs)];
console.log(
  `A scrape: ${texts.at(-1)!.bytes} bytes; figures read in ${half(collect)} ms (most ${
    last(collect)
  }), ` +
    `text made in ${half(whole)} ms (most ${last(whole)})`,
);
metrics.stop();
for (const { leg } of lines) leg.gone("remote");
await phone.stop();
process.exit(0);
