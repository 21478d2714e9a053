/** What a soak's phone can say of itself. */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import process from "node:process";
import type { PhoneHandler } from "../../../src/phone/mod.ts";
import { type Lateness, sleep } from "../../../src/clock/mod.ts";
import type { CountingClock } from "../../../src/testing/counting_clock.ts";
import { sharedNow, type SoakBeat } from "./soak_beat.ts";
import type { LatenessReport, SoakSample } from "./soak_messages.ts";

/** A pause for the collection of garbage shows in the ticks after it. */
const AFTER_GC_MS = 100;

/** What {@link SoakBooks} look at. */
export interface SoakBooksOptions {
  readonly phone: PhoneHandler;
  readonly clock: CountingClock;
  readonly beat: SoakBeat;
}

/** Keeps the books of one phone. */
export class SoakBooks {
  readonly #options: SoakBooksOptions;
  readonly #errors: Record<string, number> = {};
  readonly #recordings: Record<string, number> = {};
  readonly #ends: Record<string, number> = {};
  readonly #watchdogs: Record<string, number> = {};
  #keys = 0;
  #draining = 0;

  /** Listens to all that the phone tells. */
  constructor(options: SoakBooksOptions) {
    this.#options = options;
    const { phone } = options;
    phone.on("error", ({ error }) => add(this.#errors, kindOf(error)));
    phone.on("dtmf", () => this.#keys++);
    phone.on("ended", ({ end }) => add(this.#ends, end.cause));
    phone.on(
      "recording",
      ({ event }) => add(this.#recordings, event.type === "ended" ? event.outcome : event.type),
    );
    phone.on("draining", () => this.#draining++);
    phone.on("watchdog", ({ what }) => add(this.#watchdogs, what));
  }

  /** How the phone is now, after a collection of garbage if `gc`. */
  async sample(type: SoakSample["type"], gc: boolean): Promise<SoakSample> {
    const { phone, clock, beat } = this.#options;
    const from = sharedNow();
    const lateness = report(beat);
    const { heap, objectCount = 0, objects = {} } = gc ? await collect() : {};
    const { rss, heapUsed } = process.memoryUsage();
    const links = openFiles();
    const sample = {
      ...{ type, from, rss, objects, objectCount },
      heap: heap ?? heapUsed,
      files: links.filter((link) => link.startsWith("/") && !link.startsWith("/dev/")).length,
      sockets: socketsOf(links),
      timers: clock.pending,
      calls: phone.calls.length,
      ...{ keys: this.#keys, draining: this.#draining },
      errors: { ...this.#errors },
      recordings: { ...this.#recordings },
      ends: { ...this.#ends },
      watchdogs: { ...this.#watchdogs },
      counters: { ...phone.counters },
      refusals: { ...phone.refusals },
      load: phone.load,
      lateness,
    };
    if (gc) await sleep(clock, AFTER_GC_MS);
    return { ...sample, pausedMs: report(beat).max, to: sharedNow() };
  }
}

/** How a beat was since the last report of it. */
export function report(beat: SoakBeat): LatenessReport {
  const { lateness } = beat;
  const told = {
    ticks: lateness.count,
    missed: beat.missed,
    ...summary(lateness),
    stalls: beat.stalls.splice(0),
  };
  lateness.reset();
  beat.missed = 0;
  return told;
}

/** A few numbers of many. */
export function summary(
  lateness: Lateness,
): { p50: number; p99: number; p999: number; max: number } {
  const [p50, p99, p999] = [50, 99, 99.9].map((percent) => lateness.percentile(percent));
  return { p50, p99, p999, max: lateness.max };
}

/** Has the runtime collect garbage, and tells what lives on. */
async function collect(): Promise<{
  heap?: number;
  objectCount?: number;
  objects?: Record<string, number>;
}> {
  if ("Bun" in globalThis) {
    const { Bun } = globalThis as unknown as { Bun: { gc(isSync: boolean): void } };
    Bun.gc(true);
    const name = "bun:jsc";
    const { heapStats } = await import(name) as {
      heapStats(): {
        heapSize: number;
        objectCount: number;
        objectTypeCounts: Record<string, number>;
      };
    };
    const { heapSize: heap, objectCount, objectTypeCounts: objects } = heapStats();
    return { heap, objectCount, objects };
  }
  (globalThis as unknown as { gc?: () => void }).gc?.();
  return {};
}

/** How many of these files are sockets of the network: a runtime has others for itself, and makes more. */
function socketsOf(links: readonly string[]): number {
  const inodes = new Set(
    ["udp", "udp6", "tcp", "tcp6"].flatMap((name) =>
      readFileSync(`/proc/self/net/${name}`, "utf8").split("\n").slice(1)
        .map((line) => line.trim().split(/\s+/)[9])
    ),
  );
  return links.filter((link) => inodes.has(/^socket:\[(\d+)\]$/.exec(link)?.[1] ?? "")).length;
}

/** What the files are that this process holds open. */
function openFiles(): string[] {
  return readdirSync("/proc/self/fd").flatMap((name) => {
    try {
      return [readlinkSync(`/proc/self/fd/${name}`)];
    } catch {
      // It was closed between the two looks: the one that looked.
      return [];
    }
  });
}

/** An error's text without its numbers, or there would be as many kinds as errors. */
function kindOf(error: unknown): string {
  return String((error as Error)?.message ?? error).replace(/\d+/g, "N").slice(0, 200);
}

function add(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}
