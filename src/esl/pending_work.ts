/** What FreeSWITCH was asked to do and reports later, by the UUIDs it was given. */

import type { Clock, Timer } from "../clock/mod.ts";
import { type EslError, EslHangupError, EslTimeoutError } from "./esl_error.ts";
import type { EslEvent } from "./esl_event.ts";
import { EslExecuteEvent } from "./events/execute_event.ts";
import { EslJobEvent } from "./events/job_event.ts";

/** How many channels that have hung up are remembered. */
const REMEMBERED = 1000;

interface Pending {
  readonly what: string;
  /** The channel it happens on. */
  readonly channel: string | undefined;
  readonly resolve: (event: EslEvent) => void;
  readonly reject: (error: unknown) => void;
  readonly timer: Timer | undefined;
}

/** What is expected. */
export interface ExpectOptions {
  /** For the errors: what was asked. */
  readonly what: string;
  /** The channel whose end is the end of it. */
  readonly channel?: string;
  /** How long it may take, in ms. @default for ever */
  readonly timeoutMs?: number;
}

/**
 * Waits for events that report what is done. Everything that is waited for settles: with its event,
 * with the end of its channel or of the connection, or when its time is up.
 */
export class PendingWork {
  readonly #clock: Clock;
  readonly #pending = new Map<string, Pending>();
  /** The channels that have hung up last, with the cause. */
  readonly #gone = new Map<string, string>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How much is waited for. */
  get size(): number {
    return this.#pending.size;
  }

  /** Waits for the event that carries `id`; to be called before it is asked for. */
  expect(id: string, options: ExpectOptions): Promise<EslEvent> {
    const { what, channel, timeoutMs = Infinity } = options;
    const cause = channel === undefined ? undefined : this.#gone.get(channel);
    if (cause !== undefined) return Promise.reject(hungUp(what, cause));
    return new Promise((resolve, reject) => {
      const onTimeout = () => {
        this.#pending.delete(id);
        reject(
          new EslTimeoutError(`Cannot wait on for ${what} as it is not done in ${timeoutMs} ms`),
        );
      };
      const timer = timeoutMs === Infinity ? undefined : this.#clock.setTimer(onTimeout, timeoutMs);
      this.#pending.set(id, { what, channel, resolve, reject, timer });
    });
  }

  /** It will not be done, as FreeSWITCH refused. */
  refuse(id: string, error: unknown): void {
    this.#take(id)?.reject(error);
  }

  /** Looks whether an event reports something. */
  see(event: EslEvent): void {
    if (event instanceof EslExecuteEvent) {
      if (event.name !== "CHANNEL_EXECUTE_COMPLETE") return;
      this.#take(event.applicationUuid ?? "")?.resolve(event);
    } else if (event instanceof EslJobEvent) this.#take(event.jobUuid ?? "")?.resolve(event);
    else if (event.name === "CHANNEL_HANGUP_COMPLETE" && event.uuid !== undefined) {
      this.channelGone(event.uuid, event.get("Hangup-Cause") ?? "UNKNOWN");
    }
  }

  /** A channel is no more: nothing will be done on it. */
  channelGone(channel: string, cause: string): void {
    this.#gone.set(channel, cause);
    if (this.#gone.size > REMEMBERED) {
      for (const oldest of this.#gone.keys()) {
        this.#gone.delete(oldest);
        break;
      }
    }
    for (const [id, pending] of this.#pending) {
      if (pending.channel === channel) this.#take(id)?.reject(hungUp(pending.what, cause));
    }
  }

  /** Nothing will be reported any more. */
  fail(error: (what: string) => EslError): void {
    for (const [id, { what }] of this.#pending) this.#take(id)?.reject(error(what));
  }

  #take(id: string): Pending | undefined {
    const pending = this.#pending.get(id);
    if (pending === undefined) return undefined;
    this.#pending.delete(id);
    pending.timer?.cancel();
    return pending;
  }
}

function hungUp(what: string, cause: string): EslHangupError {
  return new EslHangupError(`Cannot complete ${what} as the channel has hung up: ${cause}`, {
    reply: cause,
  });
}
