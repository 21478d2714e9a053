/** A soak: callers that come by chance, a phone that is replaced twice, and all that was seen. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SeededRandom } from "../../../src/clock/mod.ts";
import { syntheticSpeech } from "../../../src/testing/mod.ts";
import { toMuLaw } from "../caller/mu_law.ts";
import { claimPorts, freePort } from "../free_ports.ts";
import type { Runtime } from "../phone_process.ts";
import { wait } from "../wait.ts";
import { sharedNow, SoakBeat } from "./soak_beat.ts";
import { report } from "./soak_books.ts";
import { soakCall, type SoakOutcome, type SoakWorld } from "./soak_caller.ts";
import { SoakHearing } from "./soak_hearing.ts";
import type { LatenessReport, SoakSample } from "./soak_messages.ts";
import { SoakPhone } from "./soak_phones.ts";
import { drawPlan, exponential, meanHoldMs, type SoakMix } from "./soak_plan.ts";
import { SoakProcess } from "./soak_process.ts";
import { SoakWire } from "./soak_wire.ts";

/** How a soak is run. */
export interface SoakOptions extends SoakMix {
  /** For how long callers come, in ms. */
  readonly ms: number;
  /** Calls at a time, on the average. */
  readonly calls: number;
  readonly seed: number;
  /** What runs the phones and the control. */
  readonly runtime: Runtime;
  /** Between two samples of a phone, in ms. */
  readonly sampleEveryMs: number;
  /** When the phone is replaced: by another one that is there already, and by one that takes its port. */
  readonly drainsAt: readonly [besides: number, inPlace: number];
  /** How long a drain lets calls go on, in ms. */
  readonly drainMs: number;
  /**
   * How long the last phone may take to give everything back, in ms. Who was killed is noticed after 30
   * to 60 s of silence and 32 s without an answer, and timers of SIP go on for 32 s.
   * @default 200000
   */
  readonly idleWithinMs?: number;
  /**
   * Whether phones refuse calls while their ticks are late. On a machine that others use too, those
   * would decide how many calls there are. @default false
   */
  readonly judgesLoad?: boolean;
  /** Whether the last phone is watched until its timers are over, too. @default true */
  readonly alsoTimers?: boolean;
  /** Told what happens. */
  readonly say: (text: string) => void;
}

/** What was seen. */
export interface SoakReport {
  readonly outcomes: readonly SoakOutcome[];
  readonly hearing: SoakHearing;
  /** Each phone's samples: the first before any call, the last when it had drained. */
  readonly phones: readonly SoakPhone[];
  /** Of the last phone when all was over and it had not drained yet, and after how many ms. */
  readonly idle: SoakSample;
  readonly idleAfterMs: number;
  /** How late the callers' process was, and one that does nothing but tick. */
  readonly callers: LatenessReport;
  readonly control: LatenessReport;
  /** The most calls that callers had at a time. */
  readonly peak: number;
}

/** One in so many callers still goes to a phone that drains, as a dispatcher may not know yet. */
const LATECOMERS = 10;

/** Runs one. */
export async function runSoak(options: SoakOptions): Promise<SoakReport> {
  const { ms, calls, seed, runtime, drainsAt: [besides, inPlace], drainMs, say } = options;
  const { alsoTimers = true, judgesLoad = false, idleWithinMs = 200_000 } = options;
  const folder = mkdtempSync(join(tmpdir(), "soak-"));
  const random = new SeededRandom(seed);
  const hurry = new AbortController();
  const beat = new SoakBeat();
  const hearing = new SoakHearing();
  const world: SoakWorld = {
    ...{ wire: await SoakWire.open(), beat, hearing, voice: voice(), hurry: hurry.signal },
  };
  const maxCalls = Math.ceil(calls * 1.25) + 2;
  // A pair for each call, and one that rests after a short one; the first and the third phone share half.
  const half = 2 * Math.ceil(maxCalls + 20_000 / meanHoldMs(options) * maxCalls);
  await using rtp = await claimPorts(2 * half);
  const make = (name: string, sipPort: number, first: number, takeOverMs = 0) =>
    new SoakPhone(name, runtime, {
      ...{ sipPort, maxCalls, folder, seed, takeOverMs, judgesLoad },
      ...{ rtpStartPort: first, rtpEndPort: first + half - 1 },
    });
  await using control = new SoakProcess("soak_control.ts", runtime);
  await control.says();
  const [portA, portB] = [await freePort(), await freePort()];
  const phones = [make("A", portA, rtp.start)];
  let phone = phones[0];
  await phone.ready();
  await phone.sample(hearing, true);
  const beganAt = performance.now();
  const elapsed = () => performance.now() - beganAt;
  const meanGapMs = meanHoldMs(options) / calls;
  const live = new Set<Promise<void>>();
  const outcomes: SoakOutcome[] = [];
  let [port, latecomersTo, peak, isOver] = [portA, 0, 0, false];

  const place = () => {
    const isLate = latecomersTo !== 0 && random.uint32() % LATECOMERS === 0;
    const call = soakCall(world, drawPlan(random, options), isLate ? latecomersTo : port)
      .then((outcome) => void outcomes.push(outcome))
      .finally(() => live.delete(call));
    live.add(call);
    peak = Math.max(peak, live.size);
  };
  const arrivals = async () => {
    let dueAt = 0;
    for (;;) {
      dueAt += exponential(random, meanGapMs);
      if (dueAt > ms) return;
      if (dueAt > elapsed()) await wait(dueAt - elapsed());
      place();
    }
  };
  const samples = async () => {
    for (let told = 0; !isOver;) {
      await wait(options.sampleEveryMs);
      if (isOver) return;
      const sample = await phone.sample(hearing, true);
      if (sample === undefined || elapsed() < told) continue;
      told = elapsed() + ms / 12;
      say(`${seconds(elapsed())} ${outcomes.length} calls are over, ${progress(sample)}`);
    }
  };
  /** Another phone is there, and gets the calls from now on. */
  const replaceBesides = async () => {
    const next = make("B", portB, rtp.start + half);
    await next.ready();
    await next.sample(hearing, true);
    say(`${seconds(elapsed())} B is there, A drains`);
    const old = phone;
    [phone, port, latecomersTo] = [next, portB, portA];
    phones.push(next);
    // Not a moment longer: nobody would answer them.
    await old.drain(drainMs, () => latecomersTo = 0);
    say(`${seconds(elapsed())} A has ended with ${old.end}`);
  };
  /** The port is given back, and taken by the next. */
  const replaceInPlace = async () => {
    const next = make("C", portB, rtp.start, 120_000);
    say(`${seconds(elapsed())} B drains, C waits for its port`);
    const old = phone;
    await Promise.all([old.drain(drainMs / 2), next.ready()]);
    phone = next;
    phones.push(next);
    say(`${seconds(elapsed())} B has ended with ${old.end}, C has its port`);
  };

  const sampling = samples();
  const coming = arrivals();
  await wait(ms * besides - elapsed());
  await replaceBesides();
  await wait(Math.max(0, ms * inPlace - elapsed()));
  await replaceInPlace();
  await coming;
  isOver = true;
  await sampling;
  say(`${seconds(elapsed())} nobody comes any more, ${live.size} talk`);
  await wait(Math.min(5000, drainMs));
  hurry.abort();
  while (live.size > 0) await Promise.all(live);
  const told = report(beat);
  const controlled = await control.ask<LatenessReport>({});
  say(`${seconds(elapsed())} all callers have hung up`);
  const { idle, idleAfterMs } = await phone.idle(phones[0].samples[0], {
    hearing,
    withinMs: idleWithinMs,
    alsoTimers,
  });
  await phone.drain(0);
  say(`${seconds(elapsed())} C has ended with ${phone.end}`);
  control.close();
  beat.stop();
  await world.wire.close();
  rmSync(folder, { recursive: true, force: true });
  return {
    ...{ outcomes, hearing, phones, idle, idleAfterMs, peak },
    ...{ callers: told, control: controlled },
  };
}

/** What callers say: payloads of mu-law, 20 ms each. */
function voice(): Uint8Array[] {
  const text =
    "Hello, I would like to know where my order is. I have been waiting for it since Monday.";
  const bytes = Uint8Array.from(syntheticSpeech(text).samples, toMuLaw);
  const whole = Math.floor(bytes.length / 160);
  return Array.from({ length: whole }, (_, i) => bytes.slice(i * 160, i * 160 + 160));
}

function progress({ calls, rss, heap, load }: SoakSample): string {
  const mb = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;
  return `${calls} are live; ${mb(heap)} of living memory, ${mb(rss)} resident, ticks late by ` +
    `${load.latenessMs.toFixed(1)} ms at p99`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1).padStart(7)} s`;
}

/** The time of day by the clock that all processes share, for what a report compares. */
export const now = sharedNow;
