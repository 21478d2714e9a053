/** A whole call in no time: a scripted caller, a backend, and the real chain between them. */

import {
  type Backend,
  type CallInfo,
  type DuplexBackend,
  isBackend,
  requireBackend,
  type StreamBackend,
  type VoiceBackend,
} from "../backend/mod.ts";
import { SeededRandom, VirtualClock } from "../clock/mod.ts";
import { loadResampler } from "../resample/mod.ts";
import { loadFvad } from "../vad/mod.ts";
import type { CallerAction } from "./caller_action.ts";
import type { CallerScript } from "./caller_script.ts";
import type { Conversation } from "./conversation.ts";
import { CountingClock } from "./counting_clock.ts";
import { impair } from "./impair.ts";
import { PendingSteps } from "./pending_steps.ts";
import type { BackendFactory, SimulatedTime, SimulateOptions } from "./simulate_options.ts";
import { fork, SimulatedCall } from "./simulated_call.ts";

const CALLER: CallInfo = {
  sessionId: "simulated",
  from: { user: "caller" },
  to: { user: "agent" },
  headers: {},
};

/**
 * Lets the caller of a script talk with a backend and returns what came of it.
 *
 * Everything but the sockets is real: packets, jitter buffer, voice detection, turns, the
 * conversation, pacing, and the guard that a phone puts before a backend. Time is not: it jumps from
 * one event to the next, so that a call of five minutes takes seconds, and stands still while the
 * backend works in real time. Two runs with the same seed are the same to the byte, if the backend
 * does the same in both.
 *
 * A backend that needs time or chance is made by a factory, `({ clock, random }) => backend`.
 *
 * @throws {Error} if a step of the backend takes longer than `backendLimitMs` of real time
 * @throws {TypeError} if there is nothing that can answer a call
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { caller, expectConversation, simulate, syntheticSpeech } from "@sofia/phone/testing";
 *
 * const bot = {
 *   transcribe: () => "",
 *   generate: (text: string) => text.includes("room") ? "For how many nights?" : "Pardon?",
 *   speak: (text: string) => syntheticSpeech(text),
 * };
 * const script = caller().says("I need a room.").waitForAgent().hangsUp();
 * const conversation = await simulate(bot, script, { transcribe: "from script" });
 * expectConversation(conversation).toHaveHeard("how many nights");
 * assert.deepEqual(conversation.history[0], { role: "caller", text: "I need a room." });
 * ```
 */
export async function simulate(
  backend: VoiceBackend | DuplexBackend | BackendFactory,
  script: CallerScript | readonly CallerAction[],
  options: SimulateOptions = {},
): Promise<Conversation> {
  const { seed = 1, clock = new VirtualClock(), backendLimitMs = 10_000 } = options;
  // While these load, virtual time would fly.
  const [detector] = await Promise.all([options.detector ?? loadFvad(), loadResampler()]);
  const random = new SeededRandom(seed);
  const info = { ...CALLER, ...options.call };
  const made = typeof backend === "function"
    ? await factored(backend, { ...info, clock, random: fork(random) })
    : { backend, waitForBackend: true };
  requireBackend(made.backend);
  const { waitForBackend = made.waitForBackend } = options;
  const own = new CountingClock(clock);
  const underWay = { count: 0 };
  const isIdle = () => underWay.count === 0 && clock.pending === own.pending;
  const call = new SimulatedCall({
    ...options,
    backend: made.backend,
    info,
    actions: "actions" in script ? script.actions : script,
    detector,
    clock: own,
    random,
    line: options.line ?? impair({}),
    underWay,
    steps: new PendingSteps(() => waitForBackend && isIdle(), backendLimitMs),
    detections: new PendingSteps(isIdle, backendLimitMs),
  });
  await call.run(clock);
  return call.conversation();
}

/**
 * A factory returns a backend, and one that is a function itself a pair of streams: what comes back
 * tells which it is. The first pair of streams is not used.
 */
async function factored(
  backend: BackendFactory,
  time: SimulatedTime,
): Promise<{ readonly backend: Backend; readonly waitForBackend: boolean }> {
  const made = await backend(time);
  return isBackend(made)
    ? { backend: made, waitForBackend: false }
    : { backend: backend as StreamBackend, waitForBackend: true };
}
