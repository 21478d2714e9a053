/**
 * How long does a caller wait for its own voice?
 *
 * A caller outside of every process under test sends clicks and times their return: from the phone
 * called directly, from FreeSWITCH's own echo, and from the phone behind FreeSWITCH, with FreeSWITCH's
 * timers and without. All in one run, on both runtimes: `bun bench/round_trip.ts` or
 * `deno run -A bench/round_trip.ts`. Without FREESWITCH_BIN it times the phone alone.
 */
import { cpus, loadavg } from "node:os";
import process from "node:process";
import { IndependentCaller } from "../test/support/caller/independent_caller.ts";
import { bindUdp, closeUdp } from "../test/support/free_ports.ts";
import { FreeSwitch, hasFreeSwitch } from "../test/support/freeswitch.ts";
import { PhoneProcess, RUNTIME, type Runtime } from "../test/support/phone_process.ts";
import { hasProgram, Program } from "../test/support/program.ts";
import { type RoundTrips, timeClicks } from "./round_trip/clicks.ts";

/** Calls at once, each 2 ms later within the 20 ms of the clock than the one before. */
const CALLS = 10;
/** Clicks of each call. */
const CLICKS = 25;

/** Of the first column. */
const WIDTH = 52;

/** Calls a number ten times at once, and says what came of it. */
async function measure(what: string, port: number, number: string): Promise<void> {
  const calls = Array.from({ length: CALLS }, async (_, index): Promise<RoundTrips> => {
    await using caller = await IndependentCaller.call(port, number);
    return await timeClicks(caller, CLICKS, index * 20 / CALLS);
  });
  const results = await Promise.all(calls);
  const times = results.flatMap((one) => one.times).sort((a, b) => a - b);
  const missed = results.reduce((sum, one) => sum + one.missed, 0);
  const figures = [quantile(times, 0.5), quantile(times, 0.99), quantile(times, 1)];
  const cells = [...figures.map((one) => one.padStart(6)), String(missed).padStart(7)];
  say(`${what.padEnd(WIDTH)}${cells.join("")}`);
}

function quantile(sorted: readonly number[], part: number): string {
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
  return value === undefined ? "-" : value.toFixed(1);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** What a program calls its version. */
async function versionOf(program: string): Promise<string> {
  await using running = new Program(program, ["--version"]);
  await running.ended;
  return running.stdout.split("\n")[0];
}

/** What sipp's bare echo of packets costs is what the caller itself costs. */
async function measureCaller(): Promise<void> {
  if (!hasProgram("sipp")) return say("(sipp is not here to show what the caller itself costs)");
  const [sip, rtp] = await Promise.all([bindUdp(0), bindUdp(0)]);
  const [port, media] = [sip.address().port, rtp.address().port];
  await Promise.all([closeUdp(sip), closeUdp(rtp)]);
  const where = ["-i", "127.0.0.1", "-p", String(port), "-mi", "127.0.0.1", "-mp", String(media)];
  await using _ = new Program("sipp", ["-sn", "uas", "-rtp_echo", "-nostdin", ...where]);
  await new Promise((resolve) => setTimeout(resolve, 500));
  await measure("sipp's echo of packets: the caller's own cost", port, "echo");
}

/** The phone directly, and with FreeSWITCH before it, both ways FreeSWITCH can keep its time. */
async function measurePhone(runtime: Runtime): Promise<void> {
  await using phone = await PhoneProcess.start({ runtime, backend: "loopback" });
  await measure(`sofia-phone on ${runtime}`, phone.port, "bot");
  if (!hasFreeSwitch) return;
  for (const timer of ["soft", "none"]) {
    const vars = { sofia_phone_port: phone.port, sofia_phone_rtp_timer: timer };
    await using freeswitch = await FreeSwitch.start(vars);
    const how = timer === "none" ? " without timers" : "";
    await measure(
      `FreeSWITCH${how}, and sofia-phone on ${runtime}`,
      freeswitch.callersPort,
      "7000",
    );
  }
}

async function measureFreeSwitch(): Promise<void> {
  if (!hasFreeSwitch) return;
  for (const timer of ["soft", "none"]) {
    await using freeswitch = await FreeSwitch.start({ sofia_phone_rtp_timer: timer });
    const how = timer === "none" ? " without timers" : "";
    await measure(`FreeSWITCH's echo${how}`, freeswitch.callersPort, "9196");
  }
}

const runtimes = (["bun", "deno"] as const).filter(hasProgram);
say(`# Round trip of a click, in ms: ${CALLS} calls at once, ${CLICKS} clicks each, PCMU of 20 ms`);
say(`# The caller runs on ${RUNTIME}; Bun keeps better time.`);
say(`# ${cpus().length} x ${cpus()[0]?.model}, ${process.platform} ${process.arch}`);
for (const runtime of runtimes) {
  say(`# ${runtime} ${(await versionOf(runtime)).replace(/^deno /, "")}`);
}
say(`# load ${loadavg()[0].toFixed(1)}; more than 1 says that others were busy on this machine`);
say(`${"".padEnd(WIDTH)}   p50   p99   max missed`);
await measureCaller();
await measureFreeSwitch();
for (const runtime of runtimes) await measurePhone(runtime);
process.exit(0);
