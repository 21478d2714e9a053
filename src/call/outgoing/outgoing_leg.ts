/** The messages of a call that we make, from before its answer. */

import type { CallInfo } from "../../backend/mod.ts";
import type { Clock } from "../../clock/mod.ts";
import {
  type InviteOptions,
  parseNameAddr,
  parseUri,
  type SipCall,
  type SipCallEnd,
  type SipCallHandlers,
  type SipHangupOptions,
  type SipReferOptions,
  type SipResponse,
  SipStatusError,
} from "../../sip/mod.ts";
import type { CallLeg } from "../call_leg.ts";
import { fieldsOf } from "../fields_of.ts";
import { CallRefusedError } from "./call_refused_error.ts";
import { hungUp } from "./hung_up.ts";

/** What places calls: a user agent. */
export interface CallPlacer {
  /** See {@link SipUserAgent.invite}. */
  invite(options: InviteOptions): Promise<SipCall>;
}

/** What an {@link OutgoingLeg} is told before it calls. */
export interface OutgoingLegOptions
  extends Omit<InviteOptions, "sdp" | "handlers" | "callId" | "signal" | "ringTimeoutMs"> {
  /** Names the call to both sides. */
  readonly callId: string;
  /** Gives up when it aborts before the answer. @default never */
  readonly signal?: AbortSignal;
  /** Milliseconds that it may ring. */
  readonly ringTimeoutMs: number;
  /** Time. */
  readonly clock: Clock;
}

/** What the other side says before it answers. */
export type OnProgress = (response: SipResponse, sdp: Uint8Array | undefined) => void;

const NO_ANSWER = new DOMException("Nobody has answered in time", "TimeoutError");

/**
 * Has the shape of an answered call from the start, so that whoever holds it need not care: what it
 * cannot do yet, it refuses as one that is over would.
 */
export class OutgoingLeg implements CallLeg {
  /** It is ours. */
  readonly direction = "out";
  /** The Call-ID. */
  readonly id: string;
  /** Who calls whom. */
  readonly callInfo: CallInfo;
  readonly #agent: CallPlacer;
  readonly #options: OutgoingLegOptions;
  readonly #giveUp = new AbortController();
  #handlers: SipCallHandlers = {};
  #call: SipCall | undefined;
  #isOver = false;

  /** Nobody is called yet. */
  constructor(agent: CallPlacer, options: OutgoingLegOptions) {
    const { callId, target, from = "", headers = {} } = options;
    const caller = parseNameAddr(from);
    const user = parseUri(caller?.uri ?? "")?.user ?? "";
    const name = caller?.displayName ?? "";
    this.id = callId;
    this.callInfo = {
      sessionId: callId,
      direction: "out",
      from: name === "" ? { user } : { user, name },
      to: { user: parseUri(target)?.user ?? "" },
      headers: fieldsOf(Object.entries(headers)),
    };
    this.#agent = agent;
    this.#options = options;
  }

  /** How far it has come. */
  get state(): SipCall["state"] {
    return this.#call?.state ?? (this.#isOver ? "ended" : "inviting");
  }

  /** The description of the other side that has answered. */
  get remoteSdp(): Uint8Array | undefined {
    return this.#call?.remoteSdp;
  }

  /** Who has answered, by its address; empty before that. */
  get remoteHost(): string {
    return this.#call?.remote.address ?? "";
  }

  /** The 2xx that has answered. */
  get response(): SipResponse | undefined {
    return this.#call?.response;
  }

  /** Who is told what happens. */
  get handlers(): SipCallHandlers {
    return this.#handlers;
  }

  set handlers(handlers: SipCallHandlers) {
    this.#handlers = handlers;
    if (this.#call !== undefined) this.#call.handlers = handlers;
  }

  /**
   * Calls, and resolves with the other side's description when it has answered.
   *
   * @throws {CallRefusedError} when it has not; {@link handlers} are told of the end before
   * @throws {SyntaxError | TypeError} for an address or a field that cannot be sent
   */
  async dial(sdp: Uint8Array, onProgress: OnProgress): Promise<Uint8Array> {
    const { clock, ringTimeoutMs, signal, ...options } = this.#options;
    let isReached = false;
    const timer = clock.setTimer(() => this.#giveUp.abort(NO_ANSWER), ringTimeoutMs);
    const signals = [this.#giveUp.signal, ...(signal === undefined ? [] : [signal])];
    const handlers: SipCallHandlers = {
      ...this.#handlers,
      onProgress: (response, early) => {
        isReached = true;
        onProgress(response, early);
      },
    };
    let call: SipCall;
    try {
      call = await this.#agent.invite({
        ...options,
        sdp,
        handlers,
        signal: AbortSignal.any(signals),
        // The timer above tells that nobody answered from that nobody was there.
        ringTimeoutMs: ringTimeoutMs + 60_000,
      });
    } catch (error) {
      throw this.#refused(error, isReached);
    } finally {
      timer.cancel();
    }
    if (this.#isOver) {
      // Hung up in the moment of the answer.
      call.handlers = {};
      void call.hangup();
      throw hungUp(options.target);
    }
    this.#call = call;
    return call.remoteSdp!;
  }

  /** Not for a call of ours. */
  ring(): boolean {
    return false;
  }

  /** Not for a call of ours. */
  progress(): boolean {
    return false;
  }

  /** Not for a call of ours. */
  answer(): boolean {
    return false;
  }

  /** Not for a call of ours. */
  reject(): boolean {
    return false;
  }

  /** Hangs up, or gives up what is not answered. */
  async hangup(options?: SipHangupOptions): Promise<void> {
    if (this.#call !== undefined) return await this.#call.hangup(options);
    this.#giveUp.abort(new DOMException("It was hung up", "AbortError"));
    this.#end({ cause: "local", status: undefined, reason: undefined });
  }

  /** See {@link SipCall.info}. */
  info(contentType: string, body: Uint8Array): Promise<number> {
    return this.#call?.info(contentType, body) ?? Promise.resolve(481);
  }

  /** See {@link SipCall.probe}. */
  probe(): void {
    this.#call?.probe();
  }

  /** See {@link SipCall.reinvite}. */
  reinvite(sdp: Uint8Array): Promise<Uint8Array> {
    return this.#call?.reinvite(sdp) ?? Promise.reject(unanswered("change the session"));
  }

  /** See {@link SipCall.refer}. */
  refer(target: string, options?: SipReferOptions): Promise<number> {
    return this.#call?.refer(target, options) ?? Promise.reject(unanswered("transfer"));
  }

  #refused(error: unknown, isReached: boolean): unknown {
    const { signal } = this.#options;
    if (!(error instanceof SipStatusError)) {
      this.#end({ cause: "local", status: undefined, reason: undefined });
      return error;
    }
    const { response } = error;
    const isTimeout = this.#giveUp.signal.reason === NO_ANSWER && response === undefined;
    const isOurs = response === undefined &&
      (this.#giveUp.signal.aborted || signal?.aborted === true);
    if (isTimeout) {
      this.#end({ cause: "timeout", status: 408, reason: undefined });
      const text = `Cannot call ${this.#options.target} as ${NO_ANSWER.message.toLowerCase()}`;
      return new CallRefusedError({
        error: new SipStatusError(text, { status: 408, cause: NO_ANSWER }),
        outcome: isReached ? "no-answer" : "unreachable",
      });
    }
    this.#end({
      cause: isOurs ? "cancelled" : response === undefined ? "timeout" : "remote",
      status: error.status,
      reason: response?.headers.get("Reason"),
    });
    const isUnreachable = response === undefined && !isOurs;
    return new CallRefusedError({ error, outcome: isUnreachable ? "unreachable" : undefined });
  }

  #end(end: SipCallEnd): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#handlers.onEnded?.(end);
  }
}

function unanswered(what: string): SipStatusError {
  return new SipStatusError(
    `Cannot ${what} as the call must be answered: current value is ringing`,
    {
      status: 481,
    },
  );
}
