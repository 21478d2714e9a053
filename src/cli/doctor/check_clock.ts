/** Whether FreeSWITCH answers quickly, and lives at the same time as we do. */

import { type Clock, wallClock } from "../../clock/mod.ts";
import type { EslControl } from "../../esl/mod.ts";
import { ask } from "./ask.ts";
import { type Finding, ok, warning } from "./finding.ts";

const QUESTIONS = 20;
/** Slower than this, events come too late to be of use in a conversation, in ms. */
const SLOW_MS = 100;
/** Records of both would not fit together, in s. */
const APART_S = 2;

/** The time that a command takes, the median of some, and how far the times of day are apart. */
export async function checkClock(control: EslControl, clock: Clock): Promise<Finding[]> {
  const took: number[] = [];
  let theirs = NaN;
  for (let i = 0; i < QUESTIONS; i++) {
    const askedAt = clock.now();
    theirs = Number(await ask(control, "strepoch"));
    took.push(clock.now() - askedAt);
  }
  const median = took.sort((a, b) => a - b)[QUESTIONS >> 1];
  const text = `a command takes ${median.toFixed(1)} ms`;
  const findings = [
    median < SLOW_MS ? ok("latency", text) : warning(
      "latency",
      text,
      "keep the phone and FreeSWITCH in one network",
    ),
  ];
  // It tells whole seconds, rounded down.
  const apart = Math.max(0, Math.abs(wallClock() / 1000 - theirs - 0.5) - 0.5 - median / 1000);
  if (Number.isNaN(apart)) return findings;
  const found = apart < 1
    ? "both have the same time of day"
    : `the times of day are ${apart.toFixed(0)} s apart`;
  findings.push(
    apart < APART_S ? ok("clock", found) : warning(
      "clock",
      found,
      "let both machines set their clocks by NTP: timedatectl set-ntp true",
    ),
  );
  return findings;
}
