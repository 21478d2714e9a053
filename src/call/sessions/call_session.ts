/** One call of ours, as it is stored. */

import type { CallInfo, HistoryEntry, ResumedEntry, SpeechProgress } from "../../backend/mod.ts";
import type { CallEnd, CallState } from "../call_events.ts";
import type { SessionMemory } from "./session_memory.ts";
import type { Writable } from "./store_writer.ts";
import type { StoredCall, UnfinishedSpeech } from "./stored_call.ts";

/** What a session needs to know of its call. */
export interface SessionCall {
  /** Who calls. */
  readonly info: CallInfo;
  /** What was said and heard so far. */
  readonly history: HistoryEntry[];
  /** What the application notes. */
  readonly memory: SessionMemory;
  /** Its sound; undefined until it is live. */
  readonly media: { readonly progress: SpeechProgress | undefined } | undefined;
  /** The Call-ID of its dialog. */
  readonly sipCallId: string;
  /** How far it has come. */
  readonly state: CallState;
  /** Ends it. */
  hangup(reason?: string): Promise<void>;
  /** Resolves when it is over. */
  readonly ended: Promise<CallEnd>;
}

/** What stays the same of a session. */
export type SessionOrigin = Pick<
  StoredCall,
  "epoch" | "owner" | "remoteAddress" | "startedAt"
>;

/** How a session begins. */
export interface CallSessionOptions {
  readonly call: SessionCall;
  readonly origin: SessionOrigin;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  /** Whether the store has it as ours. */
  readonly isClaimed: boolean;
  /** Another process has it now. */
  readonly onTaken: () => void;
}

/** Tells whether a call has changed since it was written, and how it is now. */
export class CallSession implements Writable {
  /** The call. */
  readonly call: SessionCall;
  isClaimed: boolean;
  /** Whether the store has its end. */
  isOver = false;
  readonly #options: CallSessionOptions;
  #written = "";
  /** What the agent was saying when it was looked at last. */
  #saying: UnfinishedSpeech | undefined;
  /** How long the history was then. */
  #entries = 0;
  /** When each of its entries was seen first, in ms since 1970. */
  readonly #seenAt: (number | undefined)[];
  #end: { readonly isLive: boolean; readonly cause: string } | undefined;
  #onOver: () => void = () => {};

  constructor(options: CallSessionOptions) {
    this.call = options.call;
    this.isClaimed = options.isClaimed;
    this.#options = options;
    // Who is cut off again before it is answered has still not heard it.
    this.#saying = options.call.info.resumed?.saying;
    this.#seenAt = (options.call.info.resumed?.history ?? []).map(({ at }) => at);
  }

  /** Whether the call is over, here. */
  get hasEnded(): boolean {
    return this.#end !== undefined;
  }

  /**
   * Whether the store is to know of it: not before the call is answered, as there is nothing to go on with,
   * and not when it has its end or another process has it.
   */
  get isWritable(): boolean {
    return !this.isOver && this.call.state !== "arriving";
  }

  /** Whether something is to be written. Cheap: it is asked for each call several times a second. */
  get isChanged(): boolean {
    return this.#mark() !== this.#written;
  }

  /** The call is over here: `isLive` when it may go on elsewhere. `onOver` is called when that is written. */
  end(isLive: boolean, cause: string, onOver: () => void): void {
    this.#end = { isLive, cause };
    this.#onOver = onOver;
  }

  snapshot(): StoredCall {
    this.#written = this.#mark();
    const { origin, wallClock } = this.#options;
    const { info, memory } = this.call;
    const { isLive = true, cause } = this.#end ?? {};
    const { heard, unheard } = this.#cutOff();
    return {
      ...origin,
      id: info.sessionId,
      isLive,
      from: info.from,
      to: info.to,
      updatedAt: wallClock(),
      history: this.#history(isLive && unheard !== ""),
      ...(isLive && unheard !== "" && { saying: { heard, unheard } }),
      memory: memory.persistent,
      ...(cause !== undefined && { cause }),
    };
  }

  onWritten(): void {
    if (this.#end === undefined || this.isChanged) return;
    this.isOver = true;
    this.#onOver();
  }

  onTaken(): void {
    this.isOver = true;
    this.#options.onTaken();
    this.#onOver();
  }

  /** What was said, as it would be known if the call were cut off now. */
  #history(isCut: boolean): readonly ResumedEntry[] {
    const { media } = this.call;
    const history = this.call.history.map((entry, index): ResumedEntry => {
      const at = this.#seenAt[index];
      return at === undefined ? entry : { ...entry, at };
    });
    const marked = (text: string, at = this.#options.wallClock()): ResumedEntry => ({
      role: "agent",
      text,
      ...(isCut && { interrupted: true }),
      at,
    });
    const progress = media?.progress;
    if (progress !== undefined && progress.heard !== "") {
      const { heard, position } = progress;
      return [...history.slice(0, position), marked(heard), ...history.slice(position)];
    }
    const last = this.#lastWords();
    return isCut && last !== undefined
      ? [...history.slice(0, -1), marked(last, history.at(-1)?.at)]
      : history;
  }

  /** The agent's last words, where the end of the call has written down what was heard of them. */
  #lastWords(): string | undefined {
    const last = this.call.history.at(-1);
    return this.#end !== undefined && last?.role === "agent" ? last.text : undefined;
  }

  /** What the agent was saying. Some of it was heard after it was looked at last, and is not said again. */
  #cutOff(): UnfinishedSpeech {
    const { heard = "", unheard = "" } = this.#saying ?? {};
    const last = this.call.history.length > this.#entries ? this.#lastWords() ?? "" : "";
    const whole = `${heard} ${unheard}`.trim();
    const isMore = unheard !== "" && last.length > heard.length && whole.startsWith(last);
    return isMore ? { heard: last, unheard: whole.slice(last.length).trim() } : { heard, unheard };
  }

  /** Something that is another text whenever something is to be written. */
  #mark(): string {
    const { history, media, memory } = this.call;
    while (this.#seenAt.length < history.length) this.#seenAt.push(this.#options.wallClock());
    // Once the call is over nobody says anything; what was being said then is what was cut off.
    if (this.#end === undefined && media !== undefined) {
      this.#saying = media.progress;
      this.#entries = history.length;
    }
    const { heard = "", unheard = "" } = this.#saying ?? {};
    const last = history.at(-1);
    return [
      history.length,
      last?.text,
      last?.interrupted,
      heard,
      unheard.length,
      memory.version,
      this.#end?.cause,
    ].join("\u0000");
  }
}
