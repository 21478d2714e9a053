/** A conversation on virtual time, whose caller a test moves frame by frame. */

import type { AudioFrame } from "../../src/audio/mod.ts";
import {
  type BackendEvent,
  BackendStream,
  type BackendStreamOptions,
  type CallInfo,
  type HistoryEntry,
  mock,
  type StepOptions,
  type VoiceBackend,
} from "../../src/backend/mod.ts";
import { VirtualClock } from "../../src/clock/mod.ts";

const RATE = 16_000;
const call: CallInfo = {
  sessionId: "1",
  from: { user: "alice" },
  to: { user: "bot" },
  headers: {},
};

/** What a caller's time of 20 ms is like: one sign for each. */
const MARKS: Readonly<Record<string, Partial<AudioFrame>>> = {
  ".": {},
  "-": { concealed: true },
  "#": { speech: true },
  "?": { mayEnd: true },
  "|": { endOfTurn: true },
  "!": { speech: true, mayBegin: true },
};

/** A conversation of a test. */
export class ConversationRig {
  readonly clock: VirtualClock = new VirtualClock();
  readonly events: (BackendEvent & { readonly at: number })[] = [];
  readonly errors: unknown[] = [];
  readonly history: HistoryEntry[] = [];
  /** What was said so far, sentence by sentence, with the agent's turn and the time it began. */
  readonly said: string[] = [];
  frames = 0;
  isOver = false;
  turn = 0;
  readonly stream: BackendStream;
  readonly #writer: WritableStreamDefaultWriter<AudioFrame>;
  readonly #reader: ReadableStreamDefaultReader<AudioFrame>;
  readonly #heardMs = new Map<number, { text: string; heardMs: number }[]>();

  constructor(backend: Partial<VoiceBackend>, options: BackendStreamOptions = {}) {
    const stream = new BackendStream({ ...quick(), ...backend }, call, {
      clock: this.clock,
      history: this.history,
      onEvent: (event) => this.events.push({ at: this.clock.now(), ...event }),
      onError: (error) => this.errors.push(error),
      played: (turn) => this.#heardMs.get(turn) ?? [],
      ...options,
    });
    this.stream = stream;
    this.#writer = stream.writable.getWriter();
    this.#reader = stream.readable.getReader();
    void this.#hear();
  }

  /** The kinds of events so far, in order. */
  get kinds(): string[] {
    return this.events.map(({ type }) => type);
  }

  /** The caller's frames: `.` silence, `-` a dead line, `#` voice, `?` perhaps the end, `|` the end, `!` a voice that may become a turn. */
  async caller(pattern: string, options: { newTurn?: boolean } = {}): Promise<void> {
    const { newTurn = /[#?|]/.test(pattern) && this.turn === 0 } = options;
    if (newTurn) this.turn++;
    let inTurn = newTurn || /^[#?]/.test(pattern);
    for (const sign of pattern) {
      const turn = inTurn ? { turn: this.turn } : {};
      void this.#writer.write({
        sampleRate: RATE,
        samples: new Int16Array(RATE / 50),
        timestamp: 0,
        ...turn,
        ...MARKS[sign],
      });
      if (sign === "|") inTurn = false;
      await this.clock.advance(20);
    }
  }

  /** A whole turn of the caller, of 200 ms. */
  speak(): Promise<void> {
    return this.caller("########.|", { newTurn: true });
  }

  async end(): Promise<void> {
    await this.#writer.abort(new Error("hung up"));
    await this.clock.advance(0);
  }

  /** Takes frames as the pacer does, one each 20 ms. */
  async #hear(): Promise<void> {
    try {
      for (;;) {
        const { done, value } = await this.#reader.read();
        if (done) break;
        this.frames++;
        const turn = value.turn ?? -1;
        const played = this.#heardMs.get(turn) ?? [];
        this.#heardMs.set(turn, played);
        if (value.text !== undefined) {
          this.said.push(`${turn} ${value.text} @${this.clock.now()}`);
          played.push({ text: value.text, heardMs: 0 });
        }
        played[played.length - 1].heardMs += 20;
        await new Promise<void>((resolve) => this.clock.setTimer(resolve, 20));
      }
    } catch {
      // The call is over.
    }
    this.isOver = true;
  }
}

/** A backend that answers at once, 20 ms of sound for each letter. */
export function quick(): VoiceBackend {
  return mock({ script: [{ hears: "Hi.", says: "Yes." }], msPerCharacter: 20 });
}

/** Waits on the rig's clock, or until the step is cancelled. */
export function sleep(
  rig: () => ConversationRig,
  ms: number,
  options: StepOptions,
): Promise<void> {
  return new Promise((resolve, reject) => {
    rig().clock.setTimer(resolve, ms);
    options.signal.addEventListener("abort", () => reject(options.signal.reason), { once: true });
  });
}
