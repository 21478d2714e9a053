/**
 * The AI's side of a call: what a user implements, and the stage that runs it.
 *
 * {@link VoiceBackend} hears, thinks and speaks in turns; {@link DuplexBackend} is speech to
 * speech; a {@link StreamBackend} is any stream of frames. {@link BackendStream} holds the
 * conversation for the first, and {@link resilient} guards it. {@link echo}, {@link loopback} and
 * {@link mock} need no AI at all.
 *
 * @module
 */
export * from "./around_steps.ts";
export * from "./backend_stage.ts";
export * from "./backend_stream.ts";
export * from "./backend_event.ts";
export * from "./call_memory.ts";
export * from "./call_actions.ts";
export * from "./conversation_options.ts";
export * from "./digits_question.ts";
export * from "./echo.ts";
export * from "./floor.ts";
export * from "./heard.ts";
export * from "./loopback.ts";
export * from "./mock.ts";
export * from "./phrases.ts";
export type { PlayoutTimes } from "./playout_watch.ts";
export type { CircuitBreakerOptions } from "./resilience/circuit_breaker.ts";
export * from "./resilience/resilience_options.ts";
export * from "./resilience/resilient.ts";
export * from "./resilience/step_error.ts";
export { requireSpeech } from "./require.ts";
export * from "./resumed_call.ts";
export * from "./sentence_splitter.ts";
export * from "./speech_progress.ts";
export * from "./transfer.ts";
export type { UtteranceCollectorOptions } from "./utterance_collector.ts";
export * from "./voice_backend.ts";
export * from "./voice_only.ts";
