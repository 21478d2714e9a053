/** Who is to blame for a gap that callers heard: the machine, the callers' process, or the phone. */
import type { Stall } from "./soak_beat.ts";
import type { SoakHearing } from "./soak_hearing.ts";
import type { LatenessReport } from "./soak_messages.ts";
import type { SoakPhone } from "./soak_phones.ts";

/** What is compared. */
export interface BlameOptions {
  readonly phones: readonly SoakPhone[];
  readonly hearing: SoakHearing;
  readonly callers: LatenessReport;
  readonly control: LatenessReport;
}

/** Moments that are as close as this, in ms, are the same. */
const SAME_MS = 50;

/** Sentences about the pauses of the phones and the gaps that were heard. */
export function blame({ phones, hearing, callers, control }: BlameOptions): string[] {
  const ofPhones = phones.flatMap(({ samples }) =>
    samples.flatMap(({ lateness: { stalls } }) => stalls)
  ).toSorted((a, b) => a.at - b.at);
  const byMachine = ofPhones.filter((one) =>
    meets(one, control.stalls) || one.waitedMs > one.ms / 2
  );
  const moments = momentsOf(hearing.gaps);
  const seen = {
    machine: moments.filter((one) => meets(one, control.stalls)),
    callers: moments.filter((one) => meets(one, callers.stalls)),
    phones: moments.filter((one) => meets(one, ofPhones)),
  };
  const machines = new Set(byMachine);
  const own = ofPhones.filter((one) => !machines.has(one)).toSorted((a, b) => b.ms - a.ms);
  const longest = own.slice(0, 5).map(({ ms, waitedMs }) => `${ms | 0} (waited ${waitedMs | 0})`);
  return [
    `pauses of 15 ms and more: control ${control.stalls.length}, callers ${callers.stalls.length}, ` +
    `phones ${ofPhones.length}, of which ${byMachine.length} as the machine ran others`,
    `the phones' own: longest ${longest.join(", ") || "none"} ms`,
    `gaps of 60 ms and more: ${hearing.gaps.length} in ${moments.length} moments; in ` +
    `${seen.machine.length} of them the control paused too, in ${seen.callers.length} the callers, ` +
    `in ${seen.phones.length} a phone`,
  ];
}

/** Whether a pause overlaps one of others, which are in the order of time; `at` is the end of each. */
function meets(one: { at: number; ms: number }, others: readonly Stall[]): boolean {
  let [low, high] = [0, others.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (others[middle].at < one.at - one.ms - SAME_MS) low = middle + 1;
    else high = middle;
  }
  const next = others[low];
  return next !== undefined && next.at - next.ms <= one.at + SAME_MS;
}

/** Gaps of many calls at one time are one moment: the longest of them. */
function momentsOf(gaps: readonly { at: number; ms: number }[]): { at: number; ms: number }[] {
  const moments: { at: number; ms: number }[] = [];
  for (const gap of gaps.toSorted((a, b) => a.at - b.at)) {
    const before = moments[moments.length - 1];
    if (before === undefined || gap.at - before.at > SAME_MS) moments.push(gap);
    else if (gap.ms > before.ms) moments[moments.length - 1] = { ...gap, at: before.at };
  }
  return moments;
}
