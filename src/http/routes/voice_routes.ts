/** What is said in a call, and what is kept of it: `say`, `record`. */

import type { Hono } from "hono";
import type { Said, SayOptions } from "../../backend/mod.ts";
import type { Call } from "../../call/mod.ts";
import type { HttpEnv } from "../http_env.ts";
import { messageOf } from "../events/end_view.ts";
import type { PhoneWatch } from "../events/phone_watch.ts";
import { ProblemError } from "../problem.ts";
import * as schemas from "../schemas/call_actions.ts";
import { attempt, leave, patiently } from "./attempt.ts";
import { callOf } from "./call_routes.ts";
import { described } from "./described.ts";
import { valid } from "./valid.ts";

const PROBLEMS = [
  ...["bad-request", "no-such-call", "too-slow", "not-possible", "too-large", "not-json"] as const,
];

/** Speaks in calls, and records them. */
export function voiceRoutes(app: Hono<HttpEnv>, { watch }: { readonly watch: PhoneWatch }): void {
  app.post(
    "/calls/:id/say",
    described({
      tag: "Calls",
      summary: "Have the agent say something",
      description:
        "Behind what it is saying, or in its place. A call whose backend does not speak " +
        "words, or that somebody else talks in, cannot.",
      answers: {
        200: { description: "What of it was heard", schema: schemas.said },
        202: { description: "It will be said", schema: schemas.accepted },
      },
      problems: PROBLEMS,
    }),
    valid("json", schemas.say),
    async (c) => {
      const { call } = callOf(c, watch);
      const { text, interrupts, interruptible, wait } = c.req.valid("json");
      const say = () => sayIn(call, text, { interruptible, interrupts });
      if (!wait) {
        requireLive(call);
        leave(say);
        return c.json({ id: call.id }, 202);
      }
      const { outcome, by, heard, heardMs, error } = await patiently(c, () => attempt(say));
      return c.json({
        outcome,
        ...(by !== undefined && { by }),
        ...{ heard, heardMs: Math.round(heardMs) },
        ...(error !== undefined && { error: messageOf(error) }),
      });
    },
  );
  app.post(
    "/calls/:id/record",
    described({
      tag: "Calls",
      summary: "Record the call",
      description: "What is not kept in a pause is silence of the same length.",
      answers: { 200: { description: "How the recording stands", schema: schemas.recording } },
      problems: PROBLEMS,
    }),
    valid("json", schemas.record),
    async (c) => {
      const { call } = callOf(c, watch);
      const { action } = c.req.valid("json");
      return c.json(await attempt(() => recordIn(call, action)));
    },
  );
}

async function sayIn(
  call: Call,
  text: string,
  { interrupts, ...options }: SayOptions & { readonly interrupts: boolean },
): Promise<Said> {
  if (!interrupts) return await call.say(text, options);
  using floor = call.takeFloor({ cut: true });
  return await floor.say(text, options);
}

function requireLive({ state }: Call): void {
  if (state !== "live") {
    throw new ProblemError("not-possible", { detail: `The call is not live: it is ${state}` });
  }
}

async function recordIn(
  call: Call,
  action: "start" | "pause" | "resume" | "stop",
): Promise<{ state: string; durationMs?: number }> {
  if (action === "start") return { state: call.record().state };
  const { recording } = call;
  if (recording === undefined) throw new TypeError("Cannot do this as the call is not recorded");
  if (action === "stop") {
    const { outcome, durationMs } = await recording.stop();
    return { state: outcome, durationMs: Math.round(durationMs) };
  }
  recording[action]();
  return { state: recording.state };
}
