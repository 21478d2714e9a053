/**
 * Tests of a bot without a telephone: a simulated caller, a real chain, virtual time.
 *
 * {@link simulate} lets a script talk with a backend, {@link caller} begins a script, {@link impair}
 * spoils the line and {@link withFaults} the backend, {@link expectConversation} and
 * {@link conversationMatchers} judge what came of it.
 *
 * @module
 */
export type { SoundSpan } from "./agent_ear.ts";
export type { AgentSentence } from "./agent_watch.ts";
export type { AnsweredTurn, BargeIn } from "./answers.ts";
export type { CallerAction, CallerSound, WaitForAgentOptions } from "./caller_action.ts";
export type { PressedKey } from "./caller_phone.ts";
export * from "./caller_script.ts";
export * from "./caller_sounds.ts";
export * from "./conversation.ts";
export type { CheckResult, SilenceOptions, Words } from "./conversation_checks.ts";
export * from "./conversation_matchers.ts";
export { expectConversation } from "./expect_conversation.ts";
export type { ConversationExpectation, ConversationMatchers } from "./expect_conversation.ts";
export type { CallerDeed } from "./script_player.ts";
export * from "./faults/mod.ts";
export * from "./impair.ts";
export * from "./simulate.ts";
export * from "./simulate_options.ts";
export * from "./synthetic_speech.ts";
export type { Understood } from "./step_notes.ts";
export type { TranscriptLine } from "./transcript.ts";
export * from "./virtual_network.ts";
