/** What of one text has left for the caller. */
export interface PlayoutSegment {
  /** The text; empty for what was sent before the first text of its turn. */
  readonly text: string;
  /** How much of its speech has left, in ms. */
  readonly heardMs: number;
  /** How much of its speech was dropped, in ms, of what was made before the interruption. */
  readonly droppedMs: number;
}

/** What of one turn of the agent has left for the caller. */
export interface TurnPlayout {
  /** Its number. */
  readonly turn: number;
  /** Its texts, in order, each with all that came after it up to the next. */
  readonly segments: readonly PlayoutSegment[];
  /** How much of it has left, in ms. */
  readonly heardMs: number;
  /** How much of it was dropped, in ms. */
  readonly droppedMs: number;
  /** When its first frame left, in ms of the clock; undefined while none has. */
  readonly firstAt: number | undefined;
  /** When the sound of its last frame that left was over, in ms of the clock. */
  readonly lastAt: number | undefined;
  /** `finished` when all of it has left; `cut` when it was interrupted, or the call ended. */
  readonly state: "playing" | "finished" | "cut";
}

/** Turns that are remembered when they are over. */
const KEEP_TURNS = 64;

/**
 * The truth about what the caller was sent: how many ms of which text, turn by turn. Where it is told
 * what the caller's end has played, that counts: a frame is `sent` here when it was played.
 *
 * @example
 * ```ts
 * import { PlayoutLedger } from "@sofia/phone/pacing";
 * import assert from "node:assert/strict";
 *
 * const ledger = new PlayoutLedger();
 * ledger.sent({ turn: 1, text: "Good day." }, 20, { at: 1000 });
 * ledger.sent({ turn: 1 }, 20, { at: 1020 });
 * ledger.dropped({ turn: 1 }, 20);
 * ledger.cut(2);
 * assert.deepEqual(ledger.heard(1), [{ text: "Good day.", heardMs: 40, droppedMs: 20 }]);
 * assert.equal((await ledger.drained(1)).state, "cut");
 * ```
 */
export class PlayoutLedger {
  readonly #turns = new Map<number, Entry>();
  #closed = false;
  /** Turns below this are cut. */
  #current = -Infinity;

  /** What of a turn has left for the caller; undefined if nothing is known of it. */
  turn(turn: number): TurnPlayout | undefined {
    const entry = this.#turns.get(turn);
    return entry && { ...entry.playout, segments: this.heard(turn) };
  }

  /** The texts of a turn, in order, with what of them has left; empty if nothing is known of it. */
  heard(turn: number): readonly PlayoutSegment[] {
    return this.#turns.get(turn)?.playout.segments.map((segment) => ({ ...segment })) ?? [];
  }

  /**
   * Notes that a frame is on its way to somebody who tells when it was played: {@link sent} follows then,
   * or {@link dropped}.
   */
  left(frame: PlayoutFrame, options: { readonly at: number }): void {
    if (frame.turn === undefined) return;
    const entry = this.#entry(frame.turn);
    if (frame.text !== undefined || entry.left === 0) entry.left++;
    entry.playout.firstAt ??= options.at;
    this.#begins(frame.turn, options.at);
  }

  /** Notes that a frame of `ms` milliseconds has left. Frames of no turn are not noted. */
  sent(frame: PlayoutFrame, ms: number, options: { readonly at: number }): void {
    if (frame.turn === undefined) return;
    const { playout } = this.#entry(frame.turn);
    segmentOf(playout, frame).heardMs += ms;
    playout.heardMs += ms;
    playout.firstAt ??= options.at;
    playout.lastAt = options.at + ms;
    this.#begins(frame.turn, options.at);
    this.#ends(frame, options.at);
  }

  /** Notes that a frame of `ms` milliseconds will never leave. */
  dropped(frame: PlayoutFrame, ms: number): void {
    if (frame.turn === undefined) return;
    const { playout } = this.#entry(frame.turn);
    segmentOf(playout, frame).droppedMs += ms;
    playout.droppedMs += ms;
    this.#ends(frame);
  }

  /** Notes that the last frame of a turn has left. */
  finish(turn: number): void {
    this.#settle(this.#entry(turn), "finished");
  }

  /** Notes that what had not left of turns before `turn` never will. */
  cut(turn: number): void {
    if (turn <= this.#current) return;
    this.#current = turn;
    for (const entry of this.#turns.values()) {
      if (entry.playout.turn < turn) this.#settle(entry, "cut");
    }
  }

  /** Resolves when the last frame of a turn has left, or when it was cut: see its `state`. */
  drained(turn: number): Promise<TurnPlayout> {
    const entry = this.#entry(turn);
    if (entry.playout.state !== "playing") return Promise.resolve(this.turn(turn)!);
    return new Promise((resolve) => entry.waiting.push(resolve));
  }

  /**
   * Resolves when the first frame of a turn's text number `text`, from 0, or of one behind it has left,
   * with that time in ms of the clock; undefined when none ever will.
   */
  began(turn: number, text: number): Promise<number | undefined> {
    const entry = this.#entry(turn);
    if (entry.isCut) return Promise.resolve(undefined);
    return new Promise((resolve) => entry.beginning.push({ text, resolve }));
  }

  /**
   * Resolves when so many frames of a turn that say it ends have left, with when the last of them did in
   * ms of the clock, or never will: an agent may say several things in one turn.
   */
  replied(turn: number, replies: number): Promise<number | undefined> {
    const entry = this.#entry(turn);
    if (entry.ends >= replies || entry.isCut) return Promise.resolve(entry.endedAt);
    return new Promise((resolve) => entry.replying.push({ replies, resolve }));
  }

  /** Ends it: what is not finished now is cut. What was heard stays. */
  close(): void {
    this.#closed = true;
    for (const entry of this.#turns.values()) this.#settle(entry, "cut");
  }

  #entry(turn: number): Entry {
    let entry = this.#turns.get(turn);
    if (entry) return entry;
    const state = this.#closed || turn < this.#current ? "cut" : "playing";
    const playout: Playout = {
      turn,
      segments: [],
      heardMs: 0,
      droppedMs: 0,
      firstAt: undefined,
      lastAt: undefined,
      state,
    };
    const isCut = state === "cut";
    entry = {
      playout,
      waiting: [],
      left: 0,
      ends: 0,
      endedAt: undefined,
      isCut,
      beginning: [],
      replying: [],
    };
    this.#turns.set(turn, entry);
    this.#prune();
    return entry;
  }

  #begins(turn: number, at: number): void {
    const entry = this.#entry(turn);
    if (entry.beginning.length === 0) return;
    const texts = Math.max(entry.playout.segments.length, entry.left);
    for (const one of entry.beginning.filter(({ text }) => text < texts)) one.resolve(at);
    entry.beginning = entry.beginning.filter(({ text }) => text >= texts);
  }

  #ends({ turn, endOfTurn }: PlayoutFrame, at?: number): void {
    if (!endOfTurn) return;
    const entry = this.#entry(turn!);
    entry.ends++;
    entry.endedAt = at;
    this.#tellReplied(entry);
  }

  #tellReplied(entry: Entry): void {
    const isOver = (one: Entry["replying"][number]) => entry.isCut || entry.ends >= one.replies;
    for (const one of entry.replying.filter(isOver)) {
      one.resolve(entry.isCut ? undefined : entry.endedAt);
    }
    entry.replying = entry.replying.filter((one) => !isOver(one));
  }

  #settle(entry: Entry, state: "finished" | "cut"): void {
    if (state === "cut") {
      entry.isCut = true;
      for (const one of entry.beginning.splice(0)) one.resolve(undefined);
      this.#tellReplied(entry);
    }
    if (entry.playout.state !== "playing") return;
    entry.playout.state = state;
    const playout = this.turn(entry.playout.turn)!;
    for (const resolve of entry.waiting.splice(0)) resolve(playout);
  }

  #prune(): void {
    if (this.#turns.size <= KEEP_TURNS) return;
    const [oldest] = this.#turns.values();
    this.#settle(oldest, "cut");
    this.#turns.delete(oldest.playout.turn);
  }
}

/** What the ledger needs to know of a frame. */
export interface PlayoutFrame {
  /** The agent's turn it speaks for. */
  readonly turn?: number;
  /** The words whose speech begins with it. */
  readonly text?: string;
  /** What is said in the turn ends with it. */
  readonly endOfTurn?: boolean;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

interface Playout extends Omit<Writable<TurnPlayout>, "segments"> {
  readonly segments: Writable<PlayoutSegment>[];
}

interface Entry {
  readonly playout: Playout;
  readonly waiting: ((playout: TurnPlayout) => void)[];
  /** Texts that have begun to leave, where it is told later what was played. */
  left: number;
  /** Frames that said that something ends, and were sent or dropped. */
  ends: number;
  /** When the last of them left; undefined if it was dropped. */
  endedAt: number | undefined;
  isCut: boolean;
  beginning: { readonly text: number; readonly resolve: (at: number | undefined) => void }[];
  replying: { readonly replies: number; readonly resolve: (at: number | undefined) => void }[];
}

function segmentOf({ segments }: Playout, { text }: PlayoutFrame): Writable<PlayoutSegment> {
  if (text !== undefined || segments.length === 0) {
    segments.push({ text: text ?? "", heardMs: 0, droppedMs: 0 });
  }
  return segments[segments.length - 1];
}
