/** Figures of the process: its load as callers hear it, its memory and its time. */

import { readdirSync } from "node:fs";
import process from "node:process";
import { wallClock } from "../../clock/mod.ts";
import type { PhoneHandler } from "../../phone/mod.ts";
import { TICK_S } from "./buckets.ts";
import { type Figures, known } from "./figures.ts";
import { distributionOf } from "./network_figures.ts";

const SUBJECTS = ["event-loop", "stuck-call", "esl", "ports", "disk"];

/** Adds the figures of how busy `phone` is; returns what ends the listening. */
export function processFigures(figures: Figures, phone: PhoneHandler): readonly (() => void)[] {
  const { ticker } = phone.vitals;
  figures.distribution(
    {
      name: "tick_lateness_seconds",
      help: "How late the ticks came by which packets leave, of all calls.",
    },
    TICK_S,
    () => distributionOf(ticker.lateness, TICK_S),
  );
  figures.count({
    name: "ticks_missed_total",
    help: "Ticks that did not come, as the process was busy: each is a packet that was not sent.",
  }, (put) => put(ticker.missed));
  figures.gauge({
    name: "late_ticks_ratio",
    help: "The share of ticks of the last seconds that were too late.",
  }, (put) => put(phone.load.lateShare));
  const flags = [
    ["overloaded", "Whether new calls are refused, as the process is too busy.", "isOverloaded"],
    ["draining", "Whether no more calls are taken, as the phone is about to stop.", "isDraining"],
    ["ready", "Whether calls may be sent here.", "isReady"],
  ] as const;
  for (const [name, help, of] of flags) {
    const read = () => of === "isOverloaded" ? phone.load.isOverloaded : phone[of];
    figures.gauge({ name, help }, (put) => put(Number(read())));
  }
  const warnings = figures.tally({
    name: "watchdog_warnings_total",
    help: "What a person should look at, by what it is about, also where it was not told again.",
    labels: ["what"],
  }, SUBJECTS.map((what) => ({ what })));
  systemFigures(figures);
  return [
    phone.on(
      "watchdog",
      ({ what, untold }) => warnings.inc({ what: known(what, SUBJECTS) }, 1 + untold),
    ),
  ];
}

/**
 * What the operating system knows of the process.
 *
 * These are not the library's: of those, on Bun and Deno, the lag of the event loop is 0 or far too low,
 * handles, resources and spaces of the heap are 0, and the version is one of Node.
 */
function systemFigures(figures: Figures): void {
  const startedAt = wallClock() / 1000 - process.uptime();
  figures.count({
    name: "process_cpu_seconds_total",
    help: "Time of processors that was used, of the program and of the system for it.",
  }, (put) => {
    const { user, system } = process.cpuUsage();
    put((user + system) / 1e6);
  });
  figures.gauge({
    name: "process_resident_memory_bytes",
    help: "Memory that the process has.",
  }, (put) => put(process.memoryUsage().rss));
  figures.gauge({
    name: "process_heap_used_bytes",
    help: "Memory that the objects of the program take.",
  }, (put) => put(process.memoryUsage().heapUsed));
  figures.gauge({
    name: "process_start_time_seconds",
    help: "When the process began, in seconds since 1970.",
  }, (put) => put(startedAt));
  figures.gauge({
    name: "process_open_fds",
    help: "Files and sockets that are open; there is none on a system that does not tell.",
  }, (put) => {
    const open = openFiles();
    if (open !== undefined) put(open);
  });
}

function openFiles(): number | undefined {
  try {
    // Less the one by which they are counted.
    return readdirSync("/proc/self/fd").length - 1;
  } catch {
    return undefined;
  }
}
