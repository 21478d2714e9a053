/** What a connection needs to know, whichever way it was made. */

import { type Clock, Lateness, type Random, SystemClock, SystemRandom } from "../clock/mod.ts";
import type { EslLimits } from "./esl_frame.ts";
import type { EslTransportMaker } from "./esl_transport.ts";
import type { EslTransportName } from "./transports.ts";

/** Options of every connection. */
export interface EslConnectionOptions {
  /** Time. @default the machine's */
  readonly clock?: Clock;
  /** Chance. @default the runtime's */
  readonly random?: Random;
  /**
   * What cuts the bytes into frames: a name, or a maker of one's own.
   * @default "own"
   */
  readonly transport?: EslTransportName | EslTransportMaker;
  /** How FreeSWITCH is to write events. @default "json" */
  readonly format?: "json" | "plain";
  /** How long an answer to a command may take, in ms. @default 10000 */
  readonly commandTimeoutMs?: number;
  /** How long a job in the background may take, in ms. @default 120000 */
  readonly jobTimeoutMs?: number;
  /** How many commands may wait for their answers. @default 1000 */
  readonly maxPendingCommands?: number;
  /** How many events may wait for their listeners before the network is held. @default 10000 */
  readonly maxWaitingEvents?: number;
  /** How much is taken in one piece. @default see {@link EslLimits} */
  readonly limits?: EslLimits;
}

/** The options with what is not said filled in, and what is shared. */
export interface ConnectionContext {
  readonly clock: Clock;
  readonly random: Random;
  readonly format: "json" | "plain";
  readonly commandTimeoutMs: number;
  readonly jobTimeoutMs: number;
  readonly maxPendingCommands: number;
  readonly maxWaitingEvents: number;
  readonly lag: Lateness;
  readonly roundTrip: Lateness;
  readonly counters: EslCounters;
}

/** What a connection has met, for metrics. */
export interface EslCounters {
  /** Frames that came. */
  frames: number;
  /** Events that were handed over. */
  events: number;
  /** Commands that were sent. */
  commands: number;
  /** Answers nobody can have asked for. */
  strayReplies: number;
  /** Events that could not be read, and frames of unknown kinds. */
  unreadable: number;
  /** Listeners that threw. */
  listenerErrors: number;
  /** How often the network was held as too many events waited. */
  holds: number;
}

/** The context of connections with these options. */
export function contextOf(options: EslConnectionOptions): ConnectionContext {
  const {
    clock = new SystemClock(),
    random = new SystemRandom(),
    format = "json",
    commandTimeoutMs = 10_000,
    jobTimeoutMs = 120_000,
    maxPendingCommands = 1000,
    maxWaitingEvents = 10_000,
  } = options;
  const positive = { commandTimeoutMs, jobTimeoutMs, maxPendingCommands, maxWaitingEvents };
  for (const [name, value] of Object.entries(positive)) {
    if (value > 0) continue;
    throw new RangeError(
      `Cannot use the event socket as ${name} must be above 0: current value is ${value}`,
    );
  }
  const counters = {
    frames: 0,
    events: 0,
    commands: 0,
    strayReplies: 0,
    unreadable: 0,
    listenerErrors: 0,
    holds: 0,
  };
  const times = { lag: new Lateness(), roundTrip: new Lateness() };
  return { clock, random, format, ...positive, ...times, counters };
}
