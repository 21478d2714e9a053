/**
 * How much later does a caller hear itself who comes by another door than RTP?
 *
 * A caller outside of the process under test sends clicks and times their return: by RTP, and through each
 * door, on loopback, all in one run: `bun bench/doors.ts` or `deno run -A bench/doors.ts`. What a door adds
 * to RTP is what its messages cost on the way in and out; a network and a sound card come on top.
 */
import { cpus, loadavg } from "node:os";
import process from "node:process";
import { IndependentCaller } from "../test/support/caller/independent_caller.ts";
import { RUNTIME, type Runtime } from "../test/support/phone_process.ts";
import { hasProgram, Program } from "../test/support/program.ts";
import { ROOT } from "../test/support/source_files.ts";
import {
  asteriskWay,
  browserWay,
  type DoorWay,
  type RoundTrips,
  timeDoorClicks,
  twilioWay,
} from "./doors/door_clicks.ts";
import { timeClicks } from "./round_trip/clicks.ts";

/** Calls at once, each 2 ms later within the 20 ms of the clock than the one before. */
const CALLS = 10;
/** Clicks of each call. */
const CLICKS = 25;
/** Of the first column. */
const WIDTH = 44;

interface Ports {
  readonly sip: number;
  readonly http: number;
  readonly audioSocket: number;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

async function measure(
  what: string,
  time: (index: number) => Promise<RoundTrips>,
): Promise<void> {
  const results = await Promise.all(Array.from({ length: CALLS }, (_, index) => time(index)));
  const times = results.flatMap((one) => one.times).sort((a, b) => a - b);
  const missed = results.reduce((sum, one) => sum + one.missed, 0);
  const cells = [0.5, 0.95, 0.99, 1].map((part) =>
    (times[Math.min(times.length - 1, Math.floor(times.length * part))] ?? NaN).toFixed(1)
  );
  say(`${what.padEnd(WIDTH)}${[...cells, String(missed)].map((one) => one.padStart(8)).join("")}`);
}

async function measureDoors(runtime: Runtime): Promise<void> {
  const program = runtime === RUNTIME ? process.execPath : runtime;
  const run = runtime === "deno" ? ["run", "-A", "--no-check"] : ["run"];
  await using phone = new Program(program, [...run, `${ROOT}bench/doors/served_phone.ts`]);
  const [, json] = await phone.says(/^ready: (.*)$/m, 20_000);
  const { sip, http, audioSocket }: Ports = JSON.parse(json);
  const through = async (opening: Promise<DoorWay>, index: number) => {
    const way = await opening;
    const trips = await timeDoorClicks(way, CLICKS, index * 20 / CALLS);
    way.close();
    return trips;
  };
  const byRtp = async (index: number) => {
    await using caller = await IndependentCaller.call(sip, "bot");
    return await timeClicks(caller, CLICKS, index * 20 / CALLS);
  };
  await measure(`${runtime}: RTP, PCMU`, byRtp);
  await measure(`${runtime}: browser, 16 kHz`, (index) => through(browserWay(http), index));
  await measure(`${runtime}: browser, 48 kHz`, (index) => through(browserWay(http, 48_000), index));
  await measure(
    `${runtime}: Twilio Media Streams`,
    (index) => through(twilioWay(http, index), index),
  );
  await measure(
    `${runtime}: Asterisk AudioSocket`,
    (index) => through(asteriskWay(audioSocket, index), index),
  );
  await measure(`${runtime}: RTP, PCMU, once more`, byRtp);
}

say(
  `# Round trip of a click, in ms: ${CALLS} calls at once, ${CLICKS} clicks each, 20 ms a message`,
);
say(`# The caller runs on ${RUNTIME}; Bun keeps better time.`);
say(`# ${cpus().length} x ${cpus()[0]?.model}, ${process.platform} ${process.arch}`);
say(`# load ${loadavg()[0].toFixed(1)}; more than 1 says that others were busy on this machine`);
say(
  `${"".padEnd(WIDTH)}${
    ["p50", "p95", "p99", "max", "missed"].map((one) => one.padStart(8)).join("")
  }`,
);
for (const runtime of (["bun", "deno"] as const).filter(hasProgram)) await measureDoors(runtime);
process.exit(0);
