/** Figures of calls: how many, how they went, how long they took. */

import type { Call } from "../../call/mod.ts";
import type { PhoneCounters, PhoneHandler } from "../../phone/mod.ts";
import { CALL_S, SET_UP_S } from "./buckets.ts";
import { type Figures, known } from "./figures.ts";
import type { LiveCalls } from "./live_calls.ts";

const DIRECTIONS = ["in", "out"] as const;
/** Why a call ends, as SIP has it. */
const CAUSES = ["local", "remote", "cancelled", "timeout", "expired"];
/** What a call can be doing. */
const STATES = ["arriving", "calling", "live", "ended"] as const;

/** Which way a call came. */
type CameBy = { readonly direction: string; readonly door: string };

/** Adds the figures of the calls of `phone`; returns what ends the listening. */
export function callFigures(
  figures: Figures,
  phone: PhoneHandler,
  calls: LiveCalls,
): readonly (() => void)[] {
  const counters: readonly (readonly [labels: CameBy, counters: Readonly<PhoneCounters>])[] = [
    ...Object.entries(phone.vitals.doors).map(([door, counters]) => {
      return [{ direction: "in", door }, counters] as const;
    }),
    [{ direction: "out", door: "sip" }, phone.placed],
  ];
  figures.count({
    name: "calls_offered_total",
    help: "Calls that came in, or that we began: those that are over, and those under way.",
    labels: ["direction", "door"],
  }, (put) => {
    for (const [labels, { offered }] of counters) put(offered, labels);
  });
  figures.count({
    name: "calls_total",
    help: "Calls by what became of them: offered = answered + refused + failed + arriving.",
    labels: ["direction", "door", "outcome"],
  }, (put) => {
    for (const [labels, { answered, refused, failed }] of counters) {
      put(answered, { ...labels, outcome: "answered" });
      put(refused, { ...labels, outcome: "refused" });
      put(failed, { ...labels, outcome: "failed" });
    }
  });
  figures.count({
    name: "calls_refused_total",
    help: "Calls that came in and were refused, by why.",
    labels: ["reason"],
  }, (put) => {
    for (const [reason, count] of Object.entries(phone.refusals)) put(count, { reason });
  });
  figures.gauge({
    name: "calls",
    help: "Calls now, by how far they have come.",
    labels: ["direction", "state"],
  }, (put) => putCalls(calls.calls, put));
  figures.gauge({
    name: "calls_limit",
    help: "Calls at a time that are taken at most.",
  }, (put) => put(phone.vitals.maxCalls));
  return [...timesOf(figures, phone, calls), ...keysOf(figures, phone)];
}

function putCalls(
  calls: Iterable<Call>,
  put: (value: number, labels: Record<string, string>) => void,
): void {
  const counts = new Map<string, number>();
  for (const direction of DIRECTIONS) {
    for (const state of STATES) counts.set(`${direction} ${state}`, 0);
  }
  for (const { info, state } of calls) {
    const key = `${info.direction ?? "in"} ${state}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  for (const [key, count] of counts) {
    const [direction, state] = key.split(" ");
    put(count, { direction, state });
  }
}

function timesOf(figures: Figures, phone: PhoneHandler, calls: LiveCalls): (() => void)[] {
  const series = DIRECTIONS.map((direction) => ({ direction }));
  const setUp = figures.histogram(
    {
      name: "call_setup_seconds",
      help: "From the invitation to the answer, of calls that were answered.",
      labels: ["direction"],
    },
    SET_UP_S,
    series,
  );
  const length = figures.histogram(
    {
      name: "call_duration_seconds",
      help: "From the answer to the end, of calls that are over.",
      labels: ["direction"],
    },
    CALL_S,
    series,
  );
  const ends = figures.tally({
    name: "calls_ended_total",
    help: "Calls that were answered and are over, by who or what ended them.",
    labels: ["direction", "cause"],
  }, series.flatMap(({ direction }) => CAUSES.map((cause) => ({ direction, cause }))));
  const transfers = figures.tally({
    name: "calls_transferred_total",
    help: "Calls that are over as the caller was given to somebody else, or parked.",
  });
  return [
    phone.on("answered", ({ call }) => {
      const ms = calls.ageMs(call);
      if (ms !== undefined) setUp.observe(direction(call), ms / 1000);
    }),
    phone.on("ended", ({ call, end }) => {
      length.observe(direction(call), end.durationMs / 1000);
      ends.inc({ ...direction(call), cause: known(end.cause, CAUSES) });
      if (end.transferredTo !== undefined) transfers.inc();
    }),
  ];
}

function keysOf(figures: Figures, phone: PhoneHandler): (() => void)[] {
  const ways = ["rtp", "info", "esl", "inband", "line"];
  const keys = figures.tally({
    name: "dtmf_keys_total",
    help: "Keys that callers pressed, by the way that told them first.",
    labels: ["way"],
  }, ways.slice(0, 4).map((way) => ({ way })));
  return [phone.on("dtmf", ({ way }) => keys.inc({ way: known(way, ways) }))];
}

function direction({ info }: Call): { direction: string } {
  return { direction: info.direction ?? "in" };
}
