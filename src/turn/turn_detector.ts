/** From frames with and without a voice to the caller's turns. */

import { type AudioFrame, msIn } from "../audio/mod.ts";
import type { AgentVoice } from "./agent_voice.ts";
import { BargeIn } from "./barge_in.ts";
import { DroppedVoice } from "./dropped_voice.ts";
import { EchoJudge } from "./echo_judge.ts";
import { Endpoint } from "./endpoint.ts";
import { LostSound, type Weighed } from "./lost_sound.ts";
import { requireTurnOptions } from "./require_turn_options.ts";
import { TranscriptPredictor } from "./transcript_predictor.ts";
import type { TurnOptions } from "./turn_options.ts";
import { turnTimes } from "./turn_times.ts";
import { VoiceRun } from "./voice_run.ts";

/**
 * Numbers the caller's turns and finds their ends, and lets the caller interrupt the agent.
 *
 * A frame of a turn leaves with its number in `turn`; the first one also with `onsetMs`, one of each
 * pause with `mayEnd`, the last one with `endOfTurn`. Frames between turns leave as they came, those
 * of a voice that is being decided on with `mayBegin`. Nothing is held back: a turn is announced on
 * the frame that proves it, so whoever gathers its sound keeps what came before, as far back as
 * `onsetMs` says. While the agent speaks, a turn that begins is an interruption.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { TurnDetector } from "@sofia/phone/turn";
 *
 * const turns = new TurnDetector({ startMs: 40, endMs: 40 });
 * const frame = { sampleRate: 8000, samples: new Int16Array(160), timestamp: 0 };
 * const marks = [true, true, true, false, false, false].map((speech) => {
 *   const { turn, endOfTurn } = turns.push({ ...frame, speech });
 *   return endOfTurn ? "end" : turn ?? "-";
 * });
 * assert.deepEqual(marks, ["-", 1, 1, 1, "end", "-"]);
 * ```
 */
export class TurnDetector {
  readonly #endMs: number;
  readonly #longestMs: number;
  readonly #lost = new LostSound();
  readonly #run: VoiceRun;
  readonly #dropped = new DroppedVoice();
  readonly #bargeIn: BargeIn;
  readonly #endpoint: Endpoint;
  readonly #echo?: EchoJudge;
  #turn = 0;
  #inTurn = false;
  #turnMs = 0;
  /** After a turn was cut: how long the noise that cut it is still to be passed over. */
  #noiseMs = 0;
  #quietMs = 0;

  /**
   * Starts between two turns; the first is number 1. Without an `agent` nothing is interrupted.
   *
   * @throws {RangeError | TypeError} for options that cannot be; it says which
   */
  constructor(options: TurnOptions = {}, agent?: AgentVoice) {
    requireTurnOptions(options);
    const times = turnTimes(options);
    const { bargeIn = {}, language, onEvent = () => {} } = options;
    const { predictor = new TranscriptPredictor({ language }) } = options;
    this.#endMs = times.endMs;
    this.#longestMs = times.longestMs;
    this.#bargeIn = new BargeIn(bargeIn, { agent, startMs: times.startMs, onEvent });
    const gapMs = Math.max(times.startWindowMs, this.#bargeIn.releaseMs);
    this.#run = new VoiceRun({ windowMs: times.startWindowMs, gapMs });
    const onFailure = (error: unknown) => onEvent({ type: "predictor-failed", error });
    this.#endpoint = new Endpoint({ times, predictor, onFailure });
    if (agent?.played !== undefined) this.#echo = new EchoJudge(agent.played);
  }

  /**
   * Takes all that was understood so far of the turn under way, or of a voice over the agent's that
   * may become one. Between turns it is of no account, so that words that come late harm nothing.
   */
  hear(partialTranscript: string): void {
    if (this.#inTurn) this.#endpoint.hear(partialTranscript);
    else this.#bargeIn.hear(partialTranscript);
  }

  /** Takes the next frame, returns it with its marks. */
  push(frame: AudioFrame): AudioFrame {
    const ms = msIn(frame.samples.length, frame.sampleRate);
    this.#echo?.push(frame);
    const isVoice = frame.speech === true;
    // Asked of every frame, as a detector is late: when it sees a voice, its path should be known.
    const isEcho = this.#echo?.isEcho() === true && isVoice;
    this.#bargeIn.hearEcho(isEcho ? ms : 0);
    const { concealed } = frame;
    const weighed = this.#lost.weigh(ms, { voice: isVoice && !isEcho, concealed });
    if (this.#inTurn) return this.#goOn(frame, ms, weighed);
    this.#endpoint.passBy(frame);
    if (this.#noiseMs > 0) return this.#passOver(frame, ms, weighed);
    this.#run.push(ms, weighed);
    const wasDeciding = this.#bargeIn.isDeciding;
    const { lengthMs } = this.#run;
    this.#dropped.pass(ms, lengthMs);
    const isTurn = this.#bargeIn.isTurn(this.#run, { echoes: this.#echo?.isKnown });
    if (isTurn) return this.#begin(frame);
    if (wasDeciding && !this.#bargeIn.isDeciding) this.#dropped.drop(lengthMs);
    const mayBegin = this.#bargeIn.isDeciding || this.#dropped.lengthMs > 0;
    return mayBegin ? { ...frame, mayBegin } : frame;
  }

  #begin(frame: AudioFrame): AudioFrame {
    const onsetMs = Math.max(this.#run.lengthMs, this.#dropped.lengthMs);
    this.#dropped.forget();
    this.#inTurn = true;
    this.#turnMs = 0;
    this.#endpoint.begin(this.#bargeIn.words);
    this.#bargeIn.settle();
    this.#run.reset();
    return { ...frame, turn: ++this.#turn, onsetMs };
  }

  #goOn(frame: AudioFrame, ms: number, weighed: Weighed): AudioFrame {
    this.#turnMs += ms;
    const mark = this.#endpoint.push(frame, weighed);
    const isCut = mark !== "over" && this.#turnMs >= this.#longestMs;
    const turn = this.#turn;
    if (mark !== "over" && !isCut) {
      return mark === "may-end" ? { ...frame, turn, mayEnd: true } : { ...frame, turn };
    }
    this.#inTurn = false;
    if (isCut) {
      this.#endpoint.end();
      this.#noiseMs = this.#longestMs;
      this.#quietMs = 0;
    }
    return { ...frame, turn, endOfTurn: true };
  }

  #passOver(frame: AudioFrame, ms: number, { voiceMs, silenceMs }: Weighed): AudioFrame {
    this.#quietMs = voiceMs > 0 ? 0 : this.#quietMs + silenceMs;
    this.#noiseMs = this.#quietMs >= this.#endMs ? 0 : this.#noiseMs - ms;
    return frame;
  }
}
