/** One call, with what was noted of it for those who look. */

import { type Call, callQuality } from "../../call/mod.ts";
import type { Clock } from "../../clock/mod.ts";
import type { ConversationEvent } from "../../media/mod.ts";
import type { CallDetail, CallView } from "../schemas/call_view.ts";
import type { TranscriptEntry } from "../schemas/transcript_entry.ts";
import type { TurnTimingView } from "../schemas/turn_timing.ts";
import { Transcript } from "./transcript.ts";
import { VoiceTap } from "./voice_tap.ts";

/** Turns whose times are kept. */
const MOST_TIMINGS = 200;
/** How long the figures of a line hold, in ms: they are made from those of all its stages. */
const QUALITY_MS = 1000;

/** What a {@link WatchedCall} is made with. */
export interface WatchedCallOptions {
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
}

/** Who is told of one call. */
export interface CallListener {
  /** Something was said, or is known better than before. */
  onEntry(entry: TranscriptEntry): void;
  /** A turn is over. */
  onTurn(turn: TurnTimingView): void;
}

/** What is known of a call. */
export class WatchedCall {
  readonly call: Call;
  /** What was said. */
  readonly transcript: Transcript = new Transcript();
  /** How loud it is; undefined until it is live. */
  voice: VoiceTap | undefined;
  readonly #options: WatchedCallOptions;
  readonly #startedAt: number;
  #answeredAt: number | undefined;
  #turns = 0;
  readonly #timings: TurnTimingView[] = [];
  readonly #listeners = new Set<CallListener>();
  #quality: { readonly at: number; readonly view: CallView["quality"] } | undefined;

  /** The call has just come, or is begun. */
  constructor(call: Call, options: WatchedCallOptions) {
    this.call = call;
    this.#options = options;
    this.#startedAt = options.wallClock();
  }

  /** When each of its turns was done with what. */
  get timings(): readonly TurnTimingView[] {
    return this.#timings;
  }

  /** The call is live. */
  answered(): void {
    this.#answeredAt = this.#options.wallClock();
    // What was said in another process comes before all that is said in this one.
    this.follow();
    const { media } = this.call;
    if (media === undefined) return;
    this.voice = new VoiceTap(media.line);
    // It ends with the session.
    media.tap(this.voice);
  }

  /** Tells of it from now on, until the function that is returned is called. */
  listen(listener: CallListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Something happened in the conversation. */
  note(event: ConversationEvent): void {
    if (event.turn > this.#turns) this.#turns = event.turn;
    if (!this.call.keys.areMasked) {
      const entry = this.transcript.note(event, (at) => this.toWall(at));
      if (entry !== undefined) this.#tell([entry]);
    }
    this.follow();
  }

  /** Finds what was said beside the replies, which no event tells. */
  follow(): void {
    const { keys, history, info: { resumed } } = this.call;
    if (keys.areMasked) this.transcript.skip(history);
    else this.#tell(this.transcript.follow(history, this.#options.wallClock(), resumed?.history));
  }

  /** A turn is over. */
  time(timing: TurnTimingView): void {
    if (this.#timings.length >= MOST_TIMINGS) this.#timings.shift();
    this.#timings.push(timing);
    for (const { onTurn } of this.#listeners) onTurn(timing);
  }

  /** From ms of the clock to ms since 1970. */
  toWall(at: number): number {
    const { clock, wallClock } = this.#options;
    return Math.round(wallClock() - (clock.now() - at));
  }

  /** The call, as it is shown in a list. */
  view(): CallView {
    const { call } = this;
    const { id, info, media, recording } = call;
    const { direction = "in", from, to } = info;
    const now = this.#options.clock.now();
    return {
      id,
      state: call.state,
      direction,
      door: info.door ?? "sip",
      from: from.name === undefined ? { user: from.user } : { user: from.user, name: from.name },
      to: { user: to.user },
      startedAt: this.#startedAt,
      ...(this.#answeredAt !== undefined && { answeredAt: this.#answeredAt }),
      ...(media !== undefined && { codec: media.codec }),
      speaking: this.voice?.speaking(now) ?? { caller: false, agent: false },
      ...this.#line(now),
      isRecording: recording?.state === "recording",
      isMuted: media?.isMuted === true,
      isOnHold: call.isOnHold,
      turns: this.#turns,
    };
  }

  /** The call, with what was said in it. */
  detail(): CallDetail {
    return {
      ...this.view(),
      transcript: [...this.transcript.entries],
      timings: [...this.#timings],
    };
  }

  #tell(entries: readonly TranscriptEntry[]): void {
    for (const { onEntry } of this.#listeners) for (const entry of entries) onEntry(entry);
  }

  #line(now: number): Pick<CallView, "quality"> {
    if (this.#quality === undefined || now - this.#quality.at >= QUALITY_MS) {
      this.#quality = { at: now, view: this.#judge() };
    }
    const { view } = this.#quality;
    return view === undefined ? {} : { quality: view };
  }

  #judge(): CallView["quality"] {
    const { media } = this.call;
    if (media === undefined) return undefined;
    const { statistics } = media;
    const { heard, roundTripMs } = callQuality(media.codec, statistics);
    // Nothing came, so that there is nothing to judge.
    if (heard.packets === 0) return undefined;
    return {
      mos: heard.mos,
      lossPercent: Math.round(heard.lossShare * 10_000) / 100,
      jitterMs: heard.jitterMs,
      ...(roundTripMs !== undefined && { roundTripMs }),
      late: statistics.jitter.late,
      concealed: heard.concealedMs,
    };
  }
}
