/**
 * What does the way through a browser add to a call?
 *
 * A phone in which callers hear themselves at once is called by SIP and by its page in headless
 * Chromium, and both send sounds and time their return. In the page both sides are recorded on the audio
 * thread, by one clock: from where the microphone's sound comes into the page to where the page gives
 * sound to the speaker. What the microphone, the speaker and their drivers add is not in it, nor are
 * Chromium's filters of echo and noise; the page's own figures of its parts are told beside.
 *
 * `bun bench/browser.ts` or `deno run -A bench/browser.ts`.
 */
import { cpus, loadavg } from "node:os";
import process from "node:process";
import { IndependentCaller } from "../test/support/caller/independent_caller.ts";
import { Chromium } from "../test/support/chromium.ts";
import { PhonePage } from "../test/support/phone_page.ts";
import { RUNTIME, type Runtime } from "../test/support/phone_process.ts";
import { hasProgram, Program } from "../test/support/program.ts";
import { bursts, delays } from "./browser/bursts.ts";
import { timeClicks } from "./round_trip/clicks.ts";

/** Sounds of each call. */
const COUNT = 20;
/** Calls of each kind, one after the other. */
const CALLS = 2;
const WIDTH = 34;

interface Phone {
  readonly port: number;
  readonly page: string;
}

/** Times of all calls of one kind. */
async function measure(
  what: string,
  call: () => Promise<
    { readonly times: number[]; readonly missed: number; readonly note?: string }
  >,
): Promise<void> {
  const times: number[] = [];
  const notes: string[] = [];
  let missed = 0;
  for (let count = 0; count < CALLS; count++) {
    const one = await call();
    times.push(...one.times);
    missed += one.missed;
    if (one.note !== undefined) notes.push(one.note);
  }
  times.sort((a, b) => a - b);
  const cells = [0.5, 0.99, 1].map((part) => quantile(times, part).padStart(7));
  say(`${what.padEnd(WIDTH)}${cells.join("")}${String(missed).padStart(8)}`);
  for (const note of notes) say(`  ${note}`);
}

async function bySip({ port }: Phone) {
  await using caller = await IndependentCaller.call(port, "bot");
  return await timeClicks(caller, COUNT, 0);
}

async function byPage(chromium: Chromium, { page: url }: Phone, rate: number) {
  await using page = await PhonePage.call(chromium, `${url}?rate=${rate}`, { record: true });
  // Twice as long as the sounds are apart for each, and what is before and after them.
  await new Promise((resolve) => setTimeout(resolve, 2000 + COUNT * 500));
  const { said, heard, sampleRate } = await page.sound();
  const [trip, buffer, output, late] = await Promise.all(
    ["#round-trip", "#buffer", "#output", "#late"].map((id) => page.text(id)),
  );
  const note =
    `to the phone and back ${trip}, buffer ${buffer}, browser's output ${output}, gaps ${late}`;
  return { ...delays(said, heard, sampleRate), note };
}

function quantile(sorted: readonly number[], part: number): string {
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
  return value === undefined ? "-" : value.toFixed(1);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

async function measurePhone(runtime: Runtime, chromium: Chromium): Promise<void> {
  const path = new URL("browser/phone_program.ts", import.meta.url).pathname;
  const command = runtime === RUNTIME ? process.execPath : runtime;
  const run = runtime === "deno" ? ["run", "-A", "--no-check"] : ["run"];
  await using program = new Program(command, [...run, path]);
  const [, port, page] = await program.says(/^ready: (\d+) (\S+)$/m, 20_000);
  const phone = { port: Number(port), page };
  await measure(`${runtime}, by SIP, PCMU`, () => bySip(phone));
  for (const rate of [16_000, 24_000, 48_000]) {
    await measure(`${runtime}, by the page, ${rate} Hz`, () => byPage(chromium, phone, rate));
  }
}

say(
  `# Round trip, in ms: ${CALLS} calls one after the other, ${COUNT} sounds each; measured on ${RUNTIME}`,
);
say(`# ${cpus().length} x ${cpus()[0]?.model}, ${process.platform} ${process.arch}`);
say(`# load ${loadavg()[0].toFixed(1)}; more than 1 says that others were busy on this machine`);
await using chromium = await Chromium.start({
  spoken: { sampleRate: 48_000, samples: bursts(COUNT, 48_000) },
});
say(`# ${await chromium.browser.version()}`);
say(`${"".padEnd(WIDTH)}    p50    p99    max  missed`);
for (const runtime of (["bun", "deno"] as const).filter(hasProgram)) {
  await measurePhone(runtime, chromium);
}
process.exit(0);
