/** Calls and their store in memory, on virtual time. */
import type { CallInfo, HistoryEntry, SpeechProgress } from "../../../src/backend/mod.ts";
import {
  type ArrivingCall,
  type CallEnd,
  type CallState,
  type CallStore,
  type SessionEvent,
  SessionMemory,
  Sessions,
  type SessionsOptions,
  type StoredCall,
} from "../../../src/call/mod.ts";
import { SeededRandom, VirtualClock } from "../../../src/clock/mod.ts";

/** A store in memory that can be slow, full or mute. */
export class MemoryStore implements CallStore {
  readonly calls = new Map<string, StoredCall>();
  /** Whether each step fails, or never ends. */
  mode: "works" | "full" | "hangs" = "works";
  writes = 0;
  readonly #hanging: (() => void)[] = [];

  /** Lets go on what hangs. */
  recover(mode: "works" | "full" = "works"): void {
    this.mode = mode;
    for (const go of this.#hanging.splice(0)) go();
  }

  async get(id: string): Promise<StoredCall | undefined> {
    await this.#step();
    return this.calls.get(id);
  }

  async claim(call: StoredCall): Promise<boolean> {
    await this.#step();
    const there = this.calls.get(call.id);
    if (there !== undefined && there.epoch > call.epoch) return false;
    if (there?.epoch === call.epoch && there.owner !== call.owner) return false;
    this.#write(call);
    return true;
  }

  async put(call: StoredCall): Promise<boolean> {
    await this.#step();
    if (this.calls.get(call.id)?.epoch !== call.epoch) return false;
    this.#write(call);
    return true;
  }

  async delete(id: string): Promise<void> {
    await this.#step();
    this.calls.delete(id);
  }

  async *list(): AsyncGenerator<StoredCall> {
    await this.#step();
    yield* [...this.calls.values()];
  }

  #write(call: StoredCall): void {
    this.writes++;
    this.calls.set(call.id, JSON.parse(JSON.stringify(call)));
  }

  async #step(): Promise<void> {
    if (this.mode === "hangs") await new Promise<void>((resolve) => this.#hanging.push(resolve));
    if (this.mode === "full") throw new Error("ENOSPC: no space left on device");
  }
}

/** A call as sessions see it. */
export class FakeCall implements ArrivingCall {
  readonly info: CallInfo;
  readonly history: HistoryEntry[] = [];
  readonly memory = new SessionMemory();
  readonly sipCallId: string;
  readonly ended: Promise<CallEnd>;
  state: CallState = "arriving";
  media: { progress: SpeechProgress | undefined } | undefined;
  rings = 0;
  #end: (end: CallEnd) => void = () => {};

  constructor(channel: string, sipCallId: string) {
    const headers: Record<string, string> = channel === "" ? {} : { "x-sofia-channel": channel };
    this.info = {
      sessionId: channel || sipCallId,
      from: { user: "alice" },
      to: { user: "7000" },
      headers: { ...headers, authorization: "Digest secret" },
      memory: this.memory,
    };
    this.sipCallId = sipCallId;
    this.ended = new Promise((resolve) => this.#end = resolve);
  }

  ring(): boolean {
    this.rings++;
    return true;
  }

  /** It is live. */
  answer(): this {
    this.state = "live";
    this.media = { progress: undefined };
    return this;
  }

  hangup(): Promise<void> {
    this.end({ cause: "local" });
    return Promise.resolve();
  }

  end(end: Partial<CallEnd>): void {
    this.state = "ended";
    this.#end({
      cause: "remote",
      status: undefined,
      reason: undefined,
      durationMs: this.media === undefined ? 0 : 1000,
      ...end,
    });
  }
}

/** One process with its sessions. */
export interface Process {
  readonly sessions: Sessions;
  readonly events: SessionEvent[];
}

/** Processes that share a store and a clock. */
export class SessionScene {
  readonly clock = new VirtualClock();
  readonly store = new MemoryStore();
  #processes = 0;

  process(options: Partial<SessionsOptions> = {}): Process {
    const events: SessionEvent[] = [];
    const sessions = new Sessions({
      clock: this.clock,
      random: new SeededRandom(++this.#processes),
      wallClock: () => 1_800_000_000_000 + this.clock.now(),
      store: this.store,
      onEvent: (_, event) => void events.push(event),
      ...options,
    });
    return { sessions, events };
  }

  /** A call to `process` through FreeSWITCH, that was answered. */
  async call(process: Process, channel = "c-1", dialog = "d-1", from = "10.0.0.1") {
    const call = new FakeCall(channel, dialog);
    await this.clock.runUntil(process.sessions.arrive(call, from));
    return call.answer();
  }
}
