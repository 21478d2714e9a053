/** Figures of signalling: SIP, trunks, and the event socket of FreeSWITCH. */

import type { Lateness } from "../../clock/mod.ts";
import type { FreeSwitchLink } from "../../call/mod.ts";
import type { PhoneHandler } from "../../phone/mod.ts";
import type { SipCounters } from "../../sip/mod.ts";
import { SWITCH_S } from "./buckets.ts";
import type { Figures } from "./figures.ts";

type Plain = Exclude<keyof SipCounters, "faults" | "refused" | "closed">;

const COUNTS: readonly (readonly [name: string, help: string, of: Plain])[] = [
  ["sip_received_total", "Messages that came and could be read.", "received"],
  ["sip_sent_total", "Messages that were sent, repetitions included.", "sent"],
  [
    "sip_repeated_requests_total",
    "Requests that came again and were answered as before.",
    "repeatedRequests",
  ],
  [
    "sip_retransmissions_total",
    "Messages of ours that were sent again as no answer came.",
    "retransmissions",
  ],
  ["sip_stray_total", "Responses and ACKs that belong to nothing known.", "stray"],
  ["sip_send_errors_total", "Messages that could not be sent.", "sendErrors"],
  ["sip_dropped_total", "Datagrams that came faster than they could be read.", "dropped"],
  [
    "sip_handler_errors_total",
    "Errors of the application when it was told of something.",
    "handlerErrors",
  ],
];
const GAUGES: readonly (readonly [name: string, help: string, of: Plain])[] = [
  ["sip_calls", "Calls now, as SIP knows them.", "calls"],
  ["sip_transactions", "Transactions now.", "transactions"],
  ["sip_connections", "TCP connections now.", "connections"],
];
/** Counts by a name that the user agent gives. */
const NAMED:
  readonly (readonly [name: string, help: string, of: "faults" | "refused" | "closed"])[] = [
    ["sip_faults_total", "Messages that could not be read, by what is wrong with them.", "faults"],
    ["sip_refused_total", "Requests refused as a limit was reached, by limit.", "refused"],
    ["sip_closed_total", "TCP connections closed for the sake of a limit, by limit.", "closed"],
  ];
/** Names that are told apart: there are a dozen, and all of them ours. */
const MOST_NAMES = 50;

/** Adds the figures of the signalling of `phone`. */
export function networkFigures(figures: Figures, phone: PhoneHandler): void {
  const sip = () => phone.vitals.sip;
  for (const [name, help, of] of COUNTS) {
    figures.count({ name, help }, (put) => put(sip()?.[of] ?? 0));
  }
  for (const [name, help, of] of GAUGES) {
    figures.gauge({ name, help }, (put) => put(sip()?.[of] ?? 0));
  }
  for (const [name, help, of] of NAMED) {
    figures.count({ name, help, labels: ["kind"] }, (put) => {
      for (const [kind, count] of Object.entries(sip()?.[of] ?? {}).slice(0, MOST_NAMES)) {
        put(count, { kind });
      }
    });
  }
  figures.gauge({
    name: "trunk_registered",
    help: "Whether a trunk knows where we are: 1, or 0 for one that does not or is not told.",
    labels: ["trunk"],
  }, (put) => {
    for (const { name, state } of phone.trunks) {
      put(Number(state === "registered"), { trunk: name });
    }
  });
  figures.gauge({
    name: "trunk_failed",
    help: "Whether a trunk refuses to know where we are, or cannot be reached.",
    labels: ["trunk"],
  }, (put) => {
    for (const { name, state } of phone.trunks) put(Number(state === "failed"), { trunk: name });
  });
  const { ports } = phone.vitals;
  figures.gauge({
    name: "media_ports",
    help: "Pairs of ports for sound, by what they do.",
    labels: ["state"],
  }, (put) => {
    const { size, inUse, draining } = ports;
    put(inUse, { state: "used" });
    put(draining, { state: "resting" });
    put(size - inUse - draining, { state: "free" });
  });
  if (phone.freeswitch !== undefined) eslFigures(figures, phone.freeswitch);
}

function eslFigures(figures: Figures, { client }: FreeSwitchLink): void {
  figures.gauge({
    name: "esl_connected",
    help: "Whether FreeSWITCH's event socket is reached: 1, or 0.",
  }, (put) => put(Number(client.state === "connected")));
  for (const name of ["commands", "events", "unreadable", "holds"] as const) {
    figures.count({
      name: `esl_${name}_total`,
      help: ESL_HELP[name],
    }, (put) => put(client.counters[name]));
  }
  const times = (name: string, help: string, of: Lateness) =>
    figures.distribution({ name, help }, SWITCH_S, () => distributionOf(of, SWITCH_S));
  times(
    "esl_round_trip_seconds",
    "From a command to its answer, with what FreeSWITCH did for it.",
    client.roundTrip,
  );
  times("esl_event_lag_seconds", "How long events waited here for who listens.", client.lag);
}

const ESL_HELP = {
  commands: "Commands that were sent to FreeSWITCH.",
  events: "Events of FreeSWITCH that were handed over.",
  unreadable: "Events of FreeSWITCH that could not be read.",
  holds: "Times FreeSWITCH was held up, as too many of its events waited.",
} as const;

/** Times that were counted in ms, for a histogram with these bounds in seconds. */
export function distributionOf(
  lateness: Lateness,
  boundsS: readonly number[],
): { readonly counts: number[]; readonly count: number; readonly sum: number } {
  const counts = lateness.within(boundsS.map((bound) => bound * 1000));
  return { counts, count: lateness.count, sum: lateness.sum / 1000 };
}
