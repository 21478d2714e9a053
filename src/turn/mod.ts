/**
 * Turns: when the caller begins to speak, and when it is the agent's turn.
 *
 * {@link TurnDetector} decides frame by frame; {@link TurnStream} is the stage around it.
 *
 * @module
 */
export * from "./agent_voice.ts";
export * from "./played_sound.ts";
export * from "./turn_detector.ts";
export * from "./turn_stream.ts";
