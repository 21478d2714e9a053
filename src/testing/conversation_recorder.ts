/** Watches a call from all sides, without a hand in it. */

import { type AudioFrame, FRAME_MS } from "../audio/mod.ts";
import type { HistoryEntry } from "../backend/mod.ts";
import type { Codec } from "../codec/mod.ts";
import type { Chain, ConversationEvent } from "../media/mod.ts";
import { AgentWatch } from "./agent_watch.ts";
import type { CallerPhone } from "./caller_phone.ts";
import { Conversation, type ConversationEnd } from "./conversation.ts";
import type { CallerDeed } from "./script_player.ts";
import { ScriptHearing } from "./script_hearing.ts";
import { StepNotes } from "./step_notes.ts";

/** What a {@link ConversationRecorder} needs. */
export interface ConversationRecorderOptions {
  /** The time of the call, in ms. */
  readonly now: () => number;
  /** An instance of the line's codec for its own use. */
  readonly codec: Codec;
  /** What the caller did so far. */
  readonly deeds: () => readonly CallerDeed[];
  /** What a packet of the caller takes to the backend at least, in ms. */
  readonly delayMs: number;
}

/** Gathers what a {@link Conversation} is made of. */
export class ConversationRecorder {
  /** What the backend is told of the conversation; the session keeps it up to date. */
  readonly history: HistoryEntry[] = [];
  /** Failures the call survived. */
  readonly errors: unknown[] = [];
  /** What happened. */
  readonly events: ConversationEvent[] = [];
  /** What left for the caller. */
  readonly agent: AgentWatch;
  /** What the script says. */
  readonly hearing: ScriptHearing;
  /** What the backend answered. */
  readonly steps: StepNotes;
  readonly #options: ConversationRecorderOptions;

  constructor(options: ConversationRecorderOptions) {
    const { now, codec, deeds } = options;
    this.#options = options;
    this.agent = new AgentWatch(codec);
    this.hearing = new ScriptHearing(() => deeds().flatMap(({ words }) => words));
    this.steps = new StepNotes({
      now,
      placesOf: (audio) => this.hearing.placesOf(audio),
      onSpeech: (text, ms, isWhole) => this.agent.spoke(text, ms, isWhole),
    });
  }

  /** Looks at the frames that go into the backend, and at those that go to the encoder. */
  listen(chain: Chain): Chain {
    const { now, delayMs } = this.#options;
    const look = (told: (frame: AudioFrame) => void) => () =>
      new TransformStream<AudioFrame, AudioFrame>({
        transform(frame, controller) {
          told(frame);
          controller.enqueue(frame);
        },
      });
    return chain
      .before("backend", look((frame) => this.hearing.heard(frame, now() - delayMs - FRAME_MS)))
      .before("encode", look((frame) => this.agent.made(frame)));
  }

  /** Notes an event of the session. */
  note(event: ConversationEvent, startAt: number): void {
    this.events.push({ ...event, at: event.at - startAt });
  }

  /** What came of the call. */
  conversation(phone: CallerPhone, ended: ConversationEnd): Conversation {
    const { ear, digits } = phone;
    const length = Math.ceil(ended.atMs * 8);
    // A telephone's own time is put where it was in that of the call.
    const offset = Math.round(phone.timeOf(0) * 8);
    return new Conversation({
      deeds: this.#options.deeds(),
      sentences: this.agent.sentences,
      transcribed: this.steps.understood,
      partials: this.steps.partials,
      agentSounds: ear.spans,
      agentKeys: digits,
      history: this.history,
      events: this.events,
      errors: this.errors,
      ended,
      heard: ear.track.slice(0, length),
      sent: phone.sent.slice(-offset, length),
    });
  }
}
