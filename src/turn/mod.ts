/**
 * Turns: when the caller begins to speak, when it is the agent's turn, and who interrupts whom.
 *
 * {@link TurnDetector} decides frame by frame; {@link TurnStream} is the stage around it. A silence
 * ends a turn sooner or later as an {@link EndOfTurnPredictor} says. A voice over the agent's, which
 * is seen as {@link AgentVoice}, is judged by {@link BargeIn}, after {@link EchoJudge} has said whether
 * it is only the agent's own.
 *
 * @module
 */
export type { AudioFrame } from "../audio/mod.ts";
export * from "./agent_voice.ts";
export * from "./backchannel.ts";
export * from "./barge_in.ts";
export * from "./barge_in_options.ts";
export * from "./echo_judge.ts";
export * from "./end_of_turn_predictor.ts";
export * from "./endpoint.ts";
export * from "./lazy_thin_sound.ts";
export * from "./lost_sound.ts";
export * from "./played_sound.ts";
export * from "./recent_sound.ts";
export * from "./thin_sound.ts";
export * from "./transcript_predictor.ts";
export * from "./turn_detector.ts";
export * from "./turn_event.ts";
export * from "./turn_options.ts";
export * from "./turn_stream.ts";
export * from "./turn_times.ts";
export * from "./voice_run.ts";
