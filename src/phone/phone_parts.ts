/** What a phone consists of, made from its options. */

import { getLogger } from "@logtape/logtape";
import {
  type Call,
  CallRecords,
  FreeSwitchKeys,
  FreeSwitchLink,
  MenuBook,
  Recordings,
} from "../call/mod.ts";
import {
  type Clock,
  type Random,
  SystemClock,
  SystemRandom,
  Ticker,
  wallClock,
} from "../clock/mod.ts";
import { codecsNamed, type CodecSpec } from "../codec/mod.ts";
import { PortPool } from "../udp/mod.ts";
import { CallTally } from "./call_tally.ts";
import { Farewells } from "./farewells.ts";
import type { PhoneEvents } from "./phone_events.ts";
import { type PhoneGuards, phoneGuards } from "./phone_guards.ts";
import type { PhoneHandlerOptions } from "./phone_options.ts";
import { PhoneSessions } from "./phone_sessions.ts";
import { Trunks } from "./trunks.ts";
import { Voices } from "./voices.ts";

const log = getLogger(["sofia-phone", "phone"]);

/** How the parts are tied to the phone. */
export interface PhonePartsContext {
  /** The calls there are. */
  readonly calls: () => readonly Call[];
  /** Tells the listeners of the phone. */
  readonly emit: <Name extends keyof PhoneEvents>(name: Name, detail: PhoneEvents[Name]) => void;
  /** Something failed; the call it belongs to goes on if it can. */
  readonly report: (call: Call | undefined, error: unknown) => void;
}

/** The parts, none of which has begun to work. */
export interface PhoneParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly tally: CallTally;
  /** The backends that are told of the ends of their calls. */
  readonly farewells: Farewells;
  /** Who talks with the callers, guarded. */
  readonly voices: Voices;
  readonly menu: MenuBook | undefined;
  readonly freeswitch: FreeSwitchLink | undefined;
  readonly freeswitchKeys: FreeSwitchKeys | undefined;
  readonly sessions: PhoneSessions;
  readonly trunks: Trunks;
  readonly ticker: Ticker;
  /** Who weighs new calls and watches over the process. */
  readonly guards: PhoneGuards;
  readonly recordings: Recordings | undefined;
  readonly records: CallRecords;
  /** Best first. */
  readonly codecs: readonly CodecSpec[];
  readonly ports: PortPool;
}

/** @throws {RangeError | TypeError} for options that cannot work; it says what to change */
export function phoneParts(options: PhoneHandlerOptions, context: PhonePartsContext): PhoneParts {
  const { emit, report, calls } = context;
  const { clock = new SystemClock(), random = new SystemRandom(), menu } = options;
  const { sipHost: host = "127.0.0.1", rtpStartPort = 10_000, rtpEndPort = 14_999 } = options;
  const time = { clock, random };
  const freeswitch = options.freeswitch && new FreeSwitchLink({
    ...options.freeswitch,
    ...time,
    onState: (state) => {
      if (state.isConnected) log.info("connected to FreeSWITCH");
      else if (state.error !== undefined) {
        log.warn("no connection to FreeSWITCH: {error}", { error: state.error.message });
      }
      emit("freeswitch", state);
    },
    onError: (error) => report(undefined, error),
  });
  const ticker = new Ticker(clock, { onError: (error) => report(undefined, error) });
  const ports = new PortPool({ host, start: rtpStartPort, end: rtpEndPort, clock });
  return {
    ...time,
    guards: phoneGuards(options, { clock, ticker, ports, freeswitch, calls, emit }),
    tally: new CallTally(clock, emit),
    farewells: new Farewells(clock),
    voices: new Voices({
      ...time,
      conversation: options.conversation,
      resilience: options.resilience,
      onError: (error, { sessionId }) => report(calls().find(({ id }) => id === sessionId), error),
    }),
    menu: menu && MenuBook.of(menu),
    freeswitch,
    freeswitchKeys: freeswitch && new FreeSwitchKeys(freeswitch),
    sessions: new PhoneSessions({
      ...options,
      ...time,
      freeswitch,
      calls,
      onEvent: (call, event) => emit("session", { call, event }),
    }),
    trunks: new Trunks(options.trunks ?? [], (state) => emit("trunk", state)),
    ticker,
    recordings: options.recording && new Recordings({
      ...options.recording,
      ...time,
      wallClock,
      freeswitch,
      onEvent: (call, event) => emit("recording", { call: call as Call | undefined, event }),
    }),
    records: new CallRecords({
      ...options.callRecords,
      clock,
      wallClock,
      onTurn: (call, turn) => emit("turn", { call, turn }),
      onRecord: (call, record) => emit("record", { call, record }),
      onError: (error) => report(undefined, error),
    }),
    codecs: codecsNamed(options.codecs ?? ["PCMU", "PCMA", "opus", "L16"]),
    ports,
  };
}
