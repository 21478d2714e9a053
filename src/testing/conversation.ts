/** What came of a simulated call. */

import { writeWav } from "../audio/mod.ts";
import type { HistoryEntry } from "../backend/mod.ts";
import type { ConversationEvent } from "../media/mod.ts";
import type { SoundSpan } from "./agent_ear.ts";
import type { AgentSentence } from "./agent_watch.ts";
import { type AnsweredTurn, answersOf, type BargeIn, bargeInsOf } from "./answers.ts";
import type { PressedKey } from "./caller_phone.ts";
import type { CallerDeed } from "./script_player.ts";
import type { Understood } from "./step_notes.ts";
import { type TranscriptLine, transcriptOf, writtenTranscript } from "./transcript.ts";

/** What is decided at one packet is done with the next, in ms. */
const PACKET_MS = 20;

/** How a simulated call ended. */
export interface ConversationEnd {
  /**
   * `caller`: it hung up; `gave-up`: it did so because the agent was not heard; `agent`: the agent
   * ended its side; `failure`: a stage failed; `limit`: the call took longer than `limitMs`.
   */
  readonly cause: "caller" | "gave-up" | "agent" | "failure" | "limit";
  /** When, in ms of the call. */
  readonly atMs: number;
  /** What failed. */
  readonly error?: unknown;
}

/** The caller spoke over the agent, which stopped. */
export interface Interruption {
  /** The agent's turn that was cut. */
  readonly turn: number;
  /** What of it left for the caller. */
  readonly heard: string;
  /** What of the sentence that was cut did not. */
  readonly unheard: string;
  /** When the last of its sound was over, in ms of the call. */
  readonly atMs: number;
}

/** What a conversation is made of; see {@link Conversation} for what has the same name there. */
export interface ConversationParts {
  /** What the caller did. */
  readonly deeds: readonly CallerDeed[];
  /** The agent's sentences. */
  readonly sentences: readonly AgentSentence[];
  /** What was understood, turn by turn. */
  readonly transcribed: readonly Understood[];
  /** What was understood while the caller spoke. */
  readonly partials: readonly Understood[];
  /** When the agent was to be heard. */
  readonly agentSounds: readonly SoundSpan[];
  /** The keys the agent pressed. */
  readonly agentKeys: readonly PressedKey[];
  /** What the backend was told. */
  readonly history: readonly HistoryEntry[];
  /** What happened in the session. */
  readonly events: readonly ConversationEvent[];
  /** Failures the call survived. */
  readonly errors: readonly unknown[];
  /** How it ended. */
  readonly ended: ConversationEnd;
  /** What the caller heard. */
  readonly heard: Int16Array;
  /** What the caller's telephone took up, as long. */
  readonly sent: Int16Array;
}

/**
 * What was said, heard and understood in a simulated call, and when. All times are ms of the call:
 * 0 is when it was answered.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mock } from "@sofia/phone/backend";
 * import { caller, simulate } from "@sofia/phone/testing";
 *
 * const bot = mock({ greeting: "Good day.", script: [{ hears: "Hello?", says: "Hello!" }] });
 * const conversation = await simulate(bot, caller().waitForAgent().says("Hello?"));
 * assert.equal(conversation.agentText, "Good day. Hello!");
 * assert.ok(conversation.turns[0].latencyMs! < 1000);
 * ```
 */
export class Conversation {
  /** What each side did, in order. */
  readonly transcript: readonly TranscriptLine[];
  /** What the backend was told of the conversation. */
  readonly history: readonly HistoryEntry[];
  /** What happened in the session, as it tells its watchers; `at` is in ms of the call. */
  readonly events: readonly ConversationEvent[];
  /** Failures the call survived. */
  readonly errors: readonly unknown[];
  /** How it ended. */
  readonly ended: ConversationEnd;
  /** What the caller said, and when it was answered. */
  readonly turns: readonly AnsweredTurn[];
  /** When the caller began to speak while the agent was to be heard. */
  readonly bargeIns: readonly BargeIn[];
  /** When the agent was cut short by the caller. */
  readonly interruptions: readonly Interruption[];
  /** What was understood of the caller, turn by turn. */
  readonly transcribed: readonly Understood[];
  /** What was understood while the caller spoke, by a backend that hears so: each all of a turn so far. */
  readonly partials: readonly Understood[];
  /** The agent's sentences. */
  readonly sentences: readonly AgentSentence[];
  /** When the agent was to be heard at the caller's telephone. */
  readonly agentSounds: readonly SoundSpan[];
  /** When the caller made a sound; what goes on in the background is not in it. */
  readonly callerSounds: readonly SoundSpan[];
  /** The keys the agent pressed. */
  readonly agentKeys: readonly PressedKey[];
  /** What the caller heard: 8 kHz, from the beginning of the call; what was lost is silence. */
  readonly heard: Int16Array;
  /** What the caller's telephone took up: 8 kHz, from the beginning of the call, echo and all. */
  readonly sent: Int16Array;

  /** Draws the conclusions. */
  constructor(parts: ConversationParts) {
    const { deeds, sentences, agentSounds, ended } = parts;
    this.history = parts.history;
    this.events = parts.events;
    this.errors = parts.errors;
    this.ended = ended;
    this.transcribed = parts.transcribed;
    this.partials = parts.partials;
    this.sentences = sentences;
    this.agentSounds = agentSounds;
    this.agentKeys = parts.agentKeys;
    this.heard = parts.heard;
    this.sent = parts.sent;
    const sounds = deeds.filter(({ kind }) => !["keys", "hold", "dead"].includes(kind));
    this.callerSounds = sounds.map(({ startMs, endMs }) => ({ startMs, endMs }));
    this.turns = answersOf(deeds, agentSounds, ended.atMs);
    this.bargeIns = bargeInsOf(deeds, agentSounds, sentences);
    this.interruptions = interruptionsOf(sentences, deeds);
    this.transcript = transcriptOf(parts);
  }

  /** All the caller heard of the agent's words. */
  get agentText(): string {
    return this.sentences.map(({ heard }) => heard).filter((heard) => heard !== "").join(" ");
  }

  /** Both sides as a WAV file of 8 kHz: the caller left, the agent right. */
  wav(): Uint8Array {
    return writeWav({ sampleRate: 8000, channels: [this.sent, this.heard] });
  }

  /** The transcript with its times, a line for each thing that was done. */
  toString(): string {
    return writtenTranscript(this.transcript, this.ended);
  }
}

/** The agent's turns that were cut by a sound of the caller, or a key. */
function interruptionsOf(
  sentences: readonly AgentSentence[],
  deeds: readonly CallerDeed[],
): Interruption[] {
  const doings = deeds.filter(({ kind }) => kind !== "hold" && kind !== "dead");
  return sentences.filter(({ isCut, startMs, endMs }) =>
    isCut && doings.some((deed) => deed.startMs < endMs + PACKET_MS && deed.endMs > startMs)
  ).map(({ turn, unheard, endMs }) => {
    const ofTurn = sentences.filter((sentence) => sentence.turn === turn);
    return { turn, heard: ofTurn.map(({ heard }) => heard).join(" ").trim(), unheard, atMs: endMs };
  });
}
