/** What a soak has shown, as sentences that are true or not. */
import type { PhoneCounters } from "../../../src/phone/mod.ts";
import type { SoakOutcome } from "./soak_caller.ts";
import type { SoakSample } from "./soak_messages.ts";
import type { SoakPhone } from "./soak_phones.ts";
import type { SoakReport } from "./soak_run.ts";
import { type Trend, trendOf } from "./trend.ts";

/** One of them. */
export interface Verdict {
  readonly ok: boolean;
  /** What was looked at. */
  readonly what: string;
  /** What was seen, with its numbers. */
  readonly seen: string;
}

/** What a call may leave behind: less than the smallest leak of one object for each could be. */
const LEFT_BYTES = 100;
const LEFT_OBJECTS = 0.5;

/** Judges all but how late things were. */
export function judge(report: SoakReport): Verdict[] {
  const { phones, idle, outcomes, hearing } = report;
  return [
    counters(phones, outcomes),
    ...phones.map(sums),
    ...phones.map((phone) => drained(phone, phones[0].samples[0])),
    // Only the first was looked at before any call: callers wait for the last.
    verdict(
      "processes end by themselves",
      phones.every(({ end }) => end === 0),
      phones.map(({ end }) => end).join(", "),
    ),
    back("sockets", idle.sockets, phones[0].samples[0].sockets),
    back("open files", idle.files, phones[0].samples[0].files),
    back("timers", idle.timers, phones[0].samples[0].timers),
    verdict("calls left when idle", idle.calls === 0, String(idle.calls)),
    leak("bytes of living memory", grownPerCall(phones[0], ({ heap }) => heap), LEFT_BYTES),
    leak("living objects", grownPerCall(phones[0], ({ objectCount }) => objectCount), LEFT_OBJECTS),
    verdict(
      "callers that heard nothing",
      hearing.deaf.length === 0,
      `${hearing.deaf.length} ${hearing.deaf.slice(0, 3).map((plan) => JSON.stringify(plan))}`,
    ),
    ends(outcomes),
    keys(phones, outcomes),
  ];
}

/** What callers saw is what the phones counted, to the last call. */
function counters(phones: readonly SoakPhone[], outcomes: readonly SoakOutcome[]): Verdict {
  const seen = { offered: 0, answered: 0, refused: 0, failed: 0 };
  let silent = 0;
  for (const { status } of outcomes) {
    if (status === undefined) silent++;
    else seen.offered++;
    if (status === 200) seen.answered++;
    else if (status === 487 || status === 500) seen.failed++;
    else if (status !== undefined) seen.refused++;
  }
  const counted = { offered: 0, answered: 0, refused: 0, failed: 0 };
  for (const phone of phones) {
    for (const key of Object.keys(counted) as (keyof PhoneCounters)[]) {
      counted[key] += last(phone).counters[key];
    }
  }
  const [one, other] = [JSON.stringify(seen), JSON.stringify(counted)];
  return verdict(
    "callers and phones count alike",
    one === other && silent === 0,
    `callers ${one}, without an answer ${silent}; phones ${other}`,
  );
}

/** Offered is answered and refused and failed, and the refused are those of all reasons. */
function sums(phone: SoakPhone): Verdict {
  const { counters: { offered, answered, refused, failed }, refusals } = last(phone);
  const byWhy = Object.values(refusals).reduce((sum, count) => sum + count, 0);
  return verdict(
    `${phone.name}: offered = answered + refused + failed`,
    offered === answered + refused + failed && byWhy === refused,
    `${offered} = ${answered} + ${refused} + ${failed}; refused ${JSON.stringify(refusals)}`,
  );
}

/** A phone that has drained holds its SIP port and nothing else, and ends by itself. */
function drained(phone: SoakPhone, first: SoakSample): Verdict {
  const end = phone.samples.find(({ type }) => type === "drained") ?? last(phone);
  return verdict(
    `${phone.name}: drained, has no call and the sockets of its start`,
    end.type === "drained" && last(phone).type === "stopped" && end.calls === 0 &&
      end.sockets <= first.sockets,
    `${end.calls} calls, ${end.sockets} sockets of ${first.sockets}, told ${end.draining} times`,
  );
}

function back(what: string, now: number, atStart: number): Verdict {
  return verdict(`${what} when idle`, now <= atStart, `${now}, at the start ${atStart}`);
}

/** What grows with the calls that came, over the steady part of a phone's life. */
export function grownPerCall(
  { samples }: SoakPhone,
  of: (sample: SoakSample) => number,
): Trend {
  const alive = samples.filter(({ type }) => type === "sample");
  const steady = alive.slice(steadyFrom(alive.length));
  return trendOf(steady.map((sample) => [sample.counters.offered, of(sample), sample.calls]));
}

/** In its first third a runtime still compiles, and a heap finds its size. */
export function steadyFrom(samples: number): number {
  return Math.ceil(samples / 3);
}

function leak(what: string, { slope, margin, samples }: Trend, limit: number): Verdict {
  const text = `${slope.toFixed(1)} ± ${margin.toFixed(1)} for each call, ${samples} samples`;
  return verdict(`${what} do not grow`, slope - margin < limit, text);
}

function ends(outcomes: readonly SoakOutcome[]): Verdict {
  const counts: Record<string, number> = {};
  for (const { end } of outcomes) counts[end] = (counts[end] ?? 0) + 1;
  return verdict(
    "no call that the phone should have ended goes on",
    !("lost" in counts),
    JSON.stringify(counts),
  );
}

/** Keys of calls that were cut short may be lost: of a phone that went, or an agent that left. */
function keys(phones: readonly SoakPhone[], outcomes: readonly SoakOutcome[]): Verdict {
  const pressed = outcomes.reduce((sum, { keys }) => sum + keys, 0);
  const sure = outcomes.reduce((sum, { wholeKeys }) => sum + wholeKeys, 0);
  const heard = phones.reduce((sum, phone) => sum + last(phone).keys, 0);
  return verdict(
    "keys are heard once",
    heard <= pressed && heard >= sure,
    `pressed ${pressed}, of which ${sure} to their end; heard ${heard}`,
  );
}

function last({ samples }: SoakPhone): SoakSample {
  return samples[samples.length - 1];
}

function verdict(what: string, ok: boolean, seen: string): Verdict {
  return { what, ok, seen };
}
