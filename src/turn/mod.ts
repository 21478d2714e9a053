/**
 * Turns: when the caller begins to speak, when it is the agent's turn, and who interrupts whom.
 *
 * {@link TurnDetector} decides frame by frame; {@link TurnStream} is the stage around it. A silence
 * ends a turn sooner or later as an {@link EndOfTurnPredictor} says. A voice over the agent's, which
 * is seen as {@link AgentVoice}, is judged by how long it lasts and what it says ({@link
 * BargeInOptions}), once it is known not to be the agent's own, come back as an echo.
 *
 * @module
 */
export type { AudioFrame } from "../audio/mod.ts";
export * from "./agent_voice.ts";
export * from "./barge_in_options.ts";
export * from "./end_of_turn_predictor.ts";
export * from "./played_sound.ts";
export * from "./transcript_predictor.ts";
export * from "./turn_detector.ts";
export * from "./turn_event.ts";
export * from "./turn_options.ts";
export * from "./turn_stream.ts";
