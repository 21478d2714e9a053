/** What a soak's phone is told, and what it tells: a line of JSON each. */
import type { LoadState, PhoneCounters, RefusalCounts } from "../../../src/phone/mod.ts";
import type { Stall } from "./soak_beat.ts";

/** How it is started: its first argument. */
export interface SoakPhoneOptions {
  readonly sipPort: number;
  readonly rtpStartPort: number;
  readonly rtpEndPort: number;
  readonly maxCalls: number;
  /** Where recordings are written; each is removed when it is whole. */
  readonly folder: string;
  /** The seed of the faults of its backend. */
  readonly seed: number;
  /** How long it waits for the port that another process is about to give back, in ms. */
  readonly takeOverMs: number;
  /** Whether calls are refused while the machine, which others may use too, makes ticks late. */
  readonly judgesLoad: boolean;
}

/** What it is told on standard input, one a line. */
export type SoakCommand =
  /** Tells how it is; collects garbage before if `gc`. */
  | { readonly do: "sample"; readonly gc: boolean }
  /** Takes no more calls, ends those there are after `limitMs`, tells how it is, stops, tells again. */
  | { readonly do: "drain"; readonly limitMs: number };

/** How late it ticked since the last sample, in ms. */
export interface LatenessReport {
  readonly ticks: number;
  readonly missed: number;
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
  readonly stalls: readonly Stall[];
}

/** How it is. */
export interface SoakSample {
  readonly type: "sample" | "drained" | "stopped";
  /** Ms since 1970 when it was asked, and when it could answer. */
  readonly from: number;
  readonly to: number;
  /** For how long that stopped the process, in ms: it is no part of any lateness. */
  readonly pausedMs: number;
  /** Bytes. */
  readonly rss: number;
  /** Bytes of living objects, after a collection of garbage where that was asked for. */
  readonly heap: number;
  /** Living objects, where the runtime tells; else 0. */
  readonly objectCount: number;
  /** The same by type. */
  readonly objects: Readonly<Record<string, number>>;
  /** Open files on disk, and sockets of the network. */
  readonly files: number;
  readonly sockets: number;
  /** Timers that are set on the phone's clock. */
  readonly timers: number;
  /** Calls that arrive, are live, or end. */
  readonly calls: number;
  /** Keys that calls were told of. */
  readonly keys: number;
  /** Errors that it told of, by their text. */
  readonly errors: Readonly<Record<string, number>>;
  /** Recordings by what became of them. */
  readonly recordings: Readonly<Record<string, number>>;
  /** Calls by why they were over. */
  readonly ends: Readonly<Record<string, number>>;
  readonly counters: PhoneCounters;
  readonly refusals: RefusalCounts;
  readonly load: LoadState;
  readonly lateness: LatenessReport;
  /** Progress that was told while it drained, and warnings of watchdogs by their subject. */
  readonly draining: number;
  readonly watchdogs: Readonly<Record<string, number>>;
}
