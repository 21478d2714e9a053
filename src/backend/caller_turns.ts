/** The caller's side of a conversation: from marked frames to questions. */

import { type AudioFrame, msIn } from "../audio/mod.ts";
import { Hearing } from "./hearing.ts";
import type { Question, ReplyContext } from "./reply.ts";
import { Speculation } from "./speculation.ts";
import {
  joinUtterances,
  type Utterance,
  UtteranceCollector,
  type UtteranceCollectorOptions,
} from "./utterance_collector.ts";
import { WordlessTurns } from "./wordless_turns.ts";

/** What is kept of utterances that were not understood before the caller went on, in ms. */
const KEPT_MS = 60_000;

/** How much from before a voice that may become a turn is heard with it, in ms: a soft onset. */
const AHEAD_MS = 500;

/** What {@link CallerTurns} need. */
export interface CallerTurnsOptions extends UtteranceCollectorOptions {
  readonly context: Omit<ReplyContext, "turn" | "spoken">;
  /** Told what was understood so far of the turn under way. */
  readonly onPartial?: (text: string) => void;
}

/** Who wants to know what the caller says: the bot, who has the floor in its place, or nobody. */
export type Listener = "bot" | "floor" | "nobody";

/** What a turn that begins follows on. */
export interface TurnBefore {
  /** What the caller said before it went on, so soon that nobody has understood it yet. */
  readonly unheard: Utterance | undefined;
}

/** A turn of the caller that is over, on its way to be understood. */
export interface AskedTurn extends Pick<Question, "hear" | "prepared" | "isDeaf"> {
  /** Its sound, with that of the turn before where nobody has understood that one. */
  readonly utterance: Utterance;
  /** Nobody wants to know any more. */
  readonly cancel: (reason: unknown) => void;
}

/** Hears the caller, turn by turn, and prepares answers where that is wanted. */
export class CallerTurns {
  readonly #options: CallerTurnsOptions;
  readonly #utterances: UtteranceCollector;
  #unheard: Utterance | undefined;
  #hearing: Hearing | undefined;
  /** A hearing of what may become a turn. */
  #ahead: Hearing | undefined;
  #speculation: Speculation | undefined;
  readonly #wordless = new WordlessTurns();
  /** How long the turn under way has had no voice. */
  #silenceMs = 0;

  constructor(options: CallerTurnsOptions) {
    this.#options = options;
    this.#utterances = new UtteranceCollector(options);
  }

  /**
   * Takes the next frame, with `before` if a turn begins with it.
   *
   * @returns the turn that ends with it, if somebody listens
   */
  push(
    frame: AudioFrame,
    before?: TurnBefore,
    listener: Listener = "bot",
  ): AskedTurn | undefined {
    const { backend, conversation } = this.#options.context;
    const utterance = this.#utterances.push(frame);
    if (frame.turn === undefined) {
      if (backend.transcribeStream !== undefined) {
        this.#hearAhead(listener === "nobody" ? { ...frame, mayBegin: false } : frame);
      }
      return undefined;
    }
    if (before !== undefined) this.#unheard = before.unheard;
    const frameMs = msIn(frame.samples.length, frame.sampleRate);
    this.#silenceMs = frame.speech ? 0 : this.#silenceMs + frameMs;
    if (listener !== "bot") this.#dropSpeculation();
    if (listener === "nobody") this.#ignore();
    else this.#listen(frame, utterance);
    if (frame.speech && utterance === undefined) this.#dropSpeculation();
    if (frame.mayEnd && conversation.speculate && listener === "bot") this.#speculate();
    return utterance && this.#end(utterance);
  }

  /** No frame will come any more: a turn that is over is still answered, and one under way is not. */
  end(reason: unknown): void {
    this.#ahead?.cancel(reason);
    this.#speculation?.cancel(reason);
    if (this.#utterances.current !== undefined) this.#hearing?.cancel(reason);
  }

  /** Ends everything at once. */
  cancel(reason: unknown): void {
    this.#hearing?.cancel(reason);
    this.#ahead?.cancel(reason);
    this.#speculation?.cancel(reason);
  }

  #listen(frame: AudioFrame, utterance: Utterance | undefined): void {
    // Who begins to listen in the middle of a turn hears it from its beginning.
    const isNew = this.#hearing === undefined && this.#ahead === undefined;
    this.#hearing ??= this.#ahead ?? this.#hear(frame.sampleRate);
    this.#ahead = undefined;
    const sound = isNew ? utterance ?? this.#utterances.current : frame;
    this.#hearing.push(sound!.samples);
  }

  #ignore(): void {
    const reason = new DOMException("Nobody listens", "AbortError");
    this.#ahead?.cancel(reason);
    this.#hearing?.cancel(reason);
    this.#ahead = this.#hearing = undefined;
  }

  #end(utterance: Utterance): AskedTurn | undefined {
    const { samples, sampleRate } = utterance;
    const durationMs = msIn(samples.length, sampleRate);
    this.#options.context.emit({ type: "turn-end", durationMs, silenceMs: this.#silenceMs });
    this.#silenceMs = 0;
    const unheard = this.#unheard;
    const whole = unheard === undefined ? utterance : joinUtterances(unheard, utterance, KEPT_MS);
    if (unheard !== undefined) this.#dropSpeculation();
    const [hearing, speculation] = [this.#hearing, this.#speculation];
    this.#hearing = undefined;
    this.#speculation = undefined;
    this.#unheard = undefined;
    if (hearing === undefined) return undefined;
    const finish = () => hearing.finish(whole, unheard === undefined);
    return {
      utterance: whole,
      // A guess that failed is no failure yet.
      hear: () => speculation?.heard?.catch(finish) ?? finish(),
      prepared: () => speculation?.prepared,
      isDeaf: (text) => this.#wordless.push(text, msIn(samples.length, sampleRate)),
      cancel(reason) {
        hearing.cancel(reason);
        speculation?.cancel(reason);
      },
    };
  }

  #hearAhead({ mayBegin, samples, sampleRate }: AudioFrame): void {
    if (!mayBegin) {
      this.#ahead?.cancel(new DOMException("It was no turn", "AbortError"));
      this.#ahead = undefined;
    } else if (this.#ahead === undefined) {
      this.#ahead = this.#hear(sampleRate);
      this.#ahead.push(this.#utterances.recent(AHEAD_MS));
    } else this.#ahead.push(samples);
  }

  #hear(sampleRate: number): Hearing {
    const { context, onPartial } = this.#options;
    const { call, conversation, emit } = context;
    return new Hearing({
      ...context,
      sessionId: call.sessionId,
      sampleRate,
      lastWordMs: conversation.lastWordMs,
      onPartial: (text) => {
        emit({ type: "partial", text });
        onPartial?.(text);
      },
      onRestart: (error) => emit({ type: "restart", stage: "transcribe", error }),
    });
  }

  #speculate(): void {
    const { context } = this.#options;
    const utterance = this.#utterances.current;
    if (utterance === undefined || this.#unheard !== undefined) return;
    this.#dropSpeculation();
    context.emit({ type: "speculate" });
    const anew = { hearing: () => this.#hear(utterance.sampleRate), utterance };
    this.#speculation = new Speculation(context, this.#hearing, anew);
  }

  #dropSpeculation(): void {
    if (this.#speculation === undefined) return;
    this.#speculation.cancel(new DOMException("The caller goes on", "AbortError"));
    this.#speculation = undefined;
    this.#options.context.emit({ type: "speculation-lost" });
  }
}
