/** What those who measure a phone need to know of its parts. */

import type { CallRecords } from "../call/mod.ts";
import type { Ticker } from "../clock/mod.ts";
import type { SipCounters } from "../sip/mod.ts";
import type { PortPool } from "../udp/mod.ts";
import type { DoorCounters } from "./call_tally.ts";
import type { PhoneParts } from "./phone_parts.ts";

/** Figures of a phone's parts, as they are now: each is read when it is asked for. */
export interface PhoneVitals {
  /** The metronome of all calls. */
  readonly ticker: Pick<Ticker, "lateness" | "missed" | "failures" | "size">;
  /** What SIP has seen; undefined before the start. */
  readonly sip: Readonly<SipCounters> | undefined;
  /** What became of the calls that came in, by the door they came by. */
  readonly doors: DoorCounters;
  /** Pairs of ports for sound. */
  readonly ports: Pick<PortPool, "inUse" | "draining" | "size">;
  /** The file of records; undefined where there is none. */
  readonly records: CallRecords["file"];
  /** Whether calls can be recorded. */
  readonly canRecord: boolean;
  /** Calls at a time. */
  readonly maxCalls: number;
}

/** The vitals of a phone with these parts; `sip` gives the counters of its user agent. */
export function phoneVitals(
  { ticker, ports, tally, guards, records, recordings }: PhoneParts,
  sip: Readonly<SipCounters> | undefined,
): PhoneVitals {
  const canRecord = recordings !== undefined;
  const { doors } = tally;
  const { maxCalls } = guards.admission;
  return { ticker, doors, ports, records: records.file, canRecord, maxCalls, sip };
}
