/** How a call is simulated. */

import type { AudioFrame } from "../audio/mod.ts";
import type { Backend, CallInfo, MaybePromise, ResilienceOptions } from "../backend/mod.ts";
import type { CallMenus, MenuMemory } from "../call/mod.ts";
import type { Clock, Random, VirtualClock } from "../clock/mod.ts";
import type { MediaSessionOptions } from "../media/mod.ts";
import type { DetectorFactory } from "../vad/mod.ts";
import type { Line } from "./impair.ts";

/** The call, its time and its chance, for a backend that needs them. */
export interface SimulatedTime extends CallInfo {
  /** The time of the call. */
  readonly clock: Clock;
  /** Chance that is the same in each run with the same seed. */
  readonly random: Random;
}

/**
 * Makes a backend that lives in the time of the simulation, or is one itself: a `StreamBackend`, which
 * makes the streams of a call.
 */
export type BackendFactory = (
  time: SimulatedTime,
) => MaybePromise<Backend | ReadableWritablePair<AudioFrame, AudioFrame>>;

/** What the simulation itself gives a session. */
export type GivenSessionOptions =
  | "clock"
  | "ticker"
  | "line"
  | "detector"
  | "backend"
  | "call"
  | "signal"
  | "history"
  | "turns"
  | "conversation";

/** How {@link simulate} runs a call. */
export interface SimulateOptions {
  /** Where all chance comes from: the same number gives the same call, to the byte. @default 1 */
  readonly seed?: number;
  /** What the line does to the call: see `impair`. @default nothing */
  readonly line?: Line;
  /**
   * Who understands the caller. `"by the backend"`: its own `transcribe`. `"from script"`: the
   * simulation, which knows what was said in each turn. `"word by word"`: the same, while the caller
   * speaks, as a `transcribeStream`.
   * @default "by the backend"
   */
  readonly transcribe?: "by the backend" | "from script" | "word by word";
  /** Makes what finds the caller's voice. @default that of `loadFvad()` */
  readonly detector?: DetectorFactory;
  /** The codec of the line. @default "PCMU" */
  readonly codec?: "PCMU" | "PCMA";
  /** Who calls. @default "caller" calls "agent" */
  readonly call?: Partial<CallInfo>;
  /** When the caller's turns begin and end, as for a `PhoneHandler`. */
  readonly turns?: MediaSessionOptions["turns"];
  /** How the conversation is held, as for a `PhoneHandler`. */
  readonly conversation?: MediaSessionOptions["conversation"];
  /** Other options of the media session: its pipeline, who is told. @default {} */
  readonly session?: Partial<Omit<MediaSessionOptions, GivenSessionOptions>>;
  /**
   * Asks the caller something in the place of the bot, from the beginning of the call on, as a phone does
   * that runs a menu: `(menus) => menus.run(menu)`. What it throws is one of the conversation's errors.
   * @default nothing
   */
  readonly ask?: (menus: CallMenus) => MaybePromise<unknown>;
  /** Told when what {@link ask} does hides the keys of the caller, and when it ends that. */
  readonly onMask?: (isMasked: boolean) => void;
  /** Where menus keep their place, to go on from there in another call. @default a new one */
  readonly memory?: MenuMemory;
  /**
   * How the backend's steps are guarded, as by a `PhoneHandler`; false guards nothing.
   * @default the defaults of `resilient`
   */
  readonly resilience?: Omit<ResilienceOptions, "clock" | "random"> | false;
  /** The call is ended after this, in ms of its own time. @default 3600000 */
  readonly limitMs?: number;
  /** The time the call takes place in, for a backend that was made with it. @default a new one */
  readonly clock?: VirtualClock;
  /**
   * Whether the call's time stands still while a step of the backend is under way in real time and
   * waits for no timer of {@link clock}.
   * @default true for a backend, false for a factory, whose backend lives in the call's time
   */
  readonly waitForBackend?: boolean;
  /** How long a step of the backend may take in real time, in ms. @default 10000 */
  readonly backendLimitMs?: number;
}
