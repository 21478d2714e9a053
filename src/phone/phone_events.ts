/** What a phone tells those who listen. */

import type {
  AnsweredBy,
  Call,
  CallEnd,
  CallRecord,
  FreeSwitchState,
  KeyPress,
  LeftMessage,
  RecordingEvent,
  SessionEvent,
  TurnTiming,
} from "../call/mod.ts";
import type { ConversationEvent } from "../media/mod.ts";
import type { LoadState } from "./admission/load_state.ts";
import type { Refusal } from "./admission/refusal.ts";
import type { DrainProgress } from "./drain_watch.ts";
import { tell } from "./tell.ts";
import type { TrunkState } from "./trunk_options.ts";
import type { WatchdogEvent } from "./watchdog/watchdog_event.ts";

/** The events of a phone, by name, with what comes with each. */
export interface PhoneEvents {
  /** A call came in and may be answered, or one of ours is about to be dialled. */
  readonly arrived: { readonly call: Call };
  /** A call was answered. */
  readonly answered: { readonly call: Call };
  /** A call that was answered is over, and all it held is given back. */
  readonly ended: { readonly call: Call; readonly end: CallEnd };
  /** A call was not taken: too many at a time, draining, or nothing in common. */
  readonly refused: Refusal;
  /** The process is overloaded from now on, or no longer. */
  readonly load: LoadState;
  /** A drain has begun, a call of it is over, or a second of it has passed. */
  readonly draining: DrainProgress;
  /** Something is wrong that a person should look at; once a minute of each kind at most. */
  readonly watchdog: WatchdogEvent;
  /** A key was pressed, in whichever way it was told; `digit` is `x` while digits are hidden. */
  readonly dtmf: { readonly call: Call } & KeyPress;
  /** Something happened in a conversation: a turn, a transcript, an interruption, a failure... */
  readonly conversation: { readonly call: Call; readonly event: ConversationEvent };
  /** A turn of a caller, when its answer has left, was cut short, or the call is over. */
  readonly turn: { readonly call: Call; readonly turn: TurnTiming };
  /** The connection to FreeSWITCH's event socket came or went. */
  readonly freeswitch: FreeSwitchState;
  /** A call is over, or was never answered, and this is what is kept of it. */
  readonly record: { readonly call: Call; readonly record: CallRecord };
  /** Something happened to a recording; of no call where an earlier process left the file. */
  readonly recording: { readonly call: Call | undefined; readonly event: RecordingEvent };
  /** It is known who has answered a call that was made with `detectMachine`. */
  readonly answeredBy: { readonly call: Call } & AnsweredBy;
  /** A message was left on a machine, or could not be. */
  readonly message: { readonly call: Call } & LeftMessage;
  /** Something happened to what outlives a process; of no call where it is none of ours. */
  readonly session: { readonly call: Call | undefined; readonly event: SessionEvent };
  /** A trunk knows where we are, or does not any more. */
  readonly trunk: TrunkState;
  /** Something failed, a listener of another event too; the call it belongs to goes on if it can. */
  readonly error: { readonly call: Call | undefined; readonly error: unknown };
}

/** Told that a listener of `name` has failed: it threw, or its promise was rejected. */
export type OnListenerFailure<Events> = <Name extends keyof Events>(
  error: unknown,
  name: Name,
  detail: Events[Name],
) => void;

/** Listeners by the name of their event. One that fails does not keep the others from being told. */
export class Listeners<Events> {
  readonly #byName = new Map<keyof Events, Set<(detail: never) => void>>();
  readonly #onFailure: OnListenerFailure<Events>;

  /** Starts with no listener. */
  constructor(onFailure: OnListenerFailure<Events>) {
    this.#onFailure = onFailure;
  }

  /** Adds a listener and returns how to remove it. */
  on<Name extends keyof Events>(name: Name, listener: (detail: Events[Name]) => void): () => void {
    const listeners = this.#byName.get(name) ?? new Set();
    // A function of its own, as the same one may be added twice.
    const own = (detail: Events[Name]): unknown => listener(detail);
    this.#byName.set(name, listeners.add(own));
    return () => void listeners.delete(own);
  }

  /** Tells all listeners of `name`. */
  emit<Name extends keyof Events>(name: Name, detail: Events[Name]): void {
    for (const listener of [...this.#byName.get(name) ?? []]) {
      tell(
        () => (listener as (detail: Events[Name]) => unknown)(detail),
        (error) => this.#onFailure(error, name, detail),
      );
    }
  }
}
