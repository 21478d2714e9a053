/** A call on virtual time whose controls are under test, and a FreeSWITCH in memory behind it. */
import { CallControls } from "../../../src/call/control/call_controls.ts";
import type { ControlledCall } from "../../../src/call/control/call_control.ts";
import { FreeSwitchLink, type FreeSwitchOptions } from "../../../src/call/mod.ts";
import { SeededRandom, VirtualClock } from "../../../src/clock/mod.ts";
import { VirtualSwitch } from "../../support/virtual_switch.ts";

/** The call under control. */
export interface ControlScene {
  readonly clock: VirtualClock;
  readonly freeswitch: VirtualSwitch;
  readonly link: FreeSwitchLink;
  readonly controls: CallControls;
  /** What happened to the call, in order. */
  readonly log: string[];
  /** Runs the clock until a promise has settled, and gives what it settled with, an error too. */
  outcome<T>(promise: Promise<T>): Promise<T>;
}

/** How it differs. */
export interface ControlSceneOptions extends Partial<FreeSwitchOptions> {
  /** Whether the phone has a link at all. @default true */
  readonly isLinked?: boolean;
  /** What the call claims to be. @default a-1, the truth; undefined claims nothing */
  readonly claim?: string;
  /** Whether it was answered. @default true */
  readonly isLive?: boolean;
  /** Takes over a leg to a human. */
  readonly consult?: ControlledCall["consult"];
  /** Makes a leg to a human. */
  readonly place?: ControlledCall["place"];
  /** Answers a REFER. @default 200 */
  readonly refer?: ControlledCall["refer"];
}

/** A call that is live, with the connection up. */
export async function controlScene(options: ControlSceneOptions = {}): Promise<ControlScene> {
  const { isLinked = true, isLive = true, refer = () => Promise.resolve(200), ...rest } = options;
  const claim = "claim" in options ? options.claim : "a-1";
  const clock = new VirtualClock();
  const freeswitch = new VirtualSwitch();
  const log: string[] = [];
  const over = new AbortController();
  const end = (how: string) => {
    if (over.signal.aborted) return;
    log.push(how);
    over.abort();
  };
  freeswitch.onLegEnded = () => end("ended by FreeSWITCH");
  const random = new SeededRandom(1);
  const link = new FreeSwitchLink({
    password: "p",
    clock,
    random,
    openSocket: freeswitch.openSocket,
    ...rest,
  });
  void link.start("127.0.0.1:5070");
  await clock.runUntil(link.client.connect());
  const call: ControlledCall = {
    info: {
      sessionId: claim ?? "dialog-1",
      from: { user: "1001" },
      to: { user: "7000" },
      headers: claim === undefined ? {} : { "x-sofia-channel": claim },
    },
    sipCallId: "dialog-1",
    get isLive() {
      return isLive && !over.signal.aborted;
    },
    clock,
    random,
    signal: over.signal,
    remoteHost: "192.0.2.20",
    hangup: (reason) => {
      end(reason === undefined ? "hung up" : `hung up: ${reason}`);
      return Promise.resolve();
    },
    refer: (target, how) => {
      log.push(`REFER ${target}`);
      return refer(target, how);
    },
    consult: options.consult ?? (() => {
      throw new Error("Nobody is to be consulted");
    }),
    place: options.place ?? (() => undefined),
    keys: { passTo: () => () => {} },
    sendDtmf: (digits) => void log.push(`presses ${digits}`),
    connect: () => Promise.reject(new Error("Nobody is to be connected")),
    onError: (error) => void log.push(`error ${error}`),
    wait: (hear) => {
      log.push(`hears ${typeof hear === "string" ? hear : "sound"}`);
      return () => void log.push("hears us");
    },
    leaveTo: (target) => void log.push(`leaves to ${target}`),
  };
  return {
    clock,
    freeswitch,
    link,
    log,
    controls: new CallControls(call, isLinked ? link : undefined),
    outcome: (promise) => clock.runUntil(promise.catch((error) => error)),
  };
}
