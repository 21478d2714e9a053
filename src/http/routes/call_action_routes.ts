/** What can be done to a call: hang it up, give it to somebody, press keys, mute, put on hold. */

import type { Hono } from "hono";
import { targetKind } from "../../call/mod.ts";
import type { HttpEnv } from "../http_env.ts";
import { messageOf } from "../events/end_view.ts";
import type { PhoneWatch } from "../events/phone_watch.ts";
import type { ProblemName } from "../problem.ts";
import * as schemas from "../schemas/call_actions.ts";
import { callView } from "../schemas/call_view.ts";
import { attempt, leave, patiently } from "./attempt.ts";
import { callOf } from "./call_routes.ts";
import { type Answer, described } from "./described.ts";
import { valid } from "./valid.ts";

/** What any of these may be refused with. */
const PROBLEMS: readonly ProblemName[] = [
  ...["bad-request", "no-such-call", "too-slow", "not-possible", "too-large", "not-json"] as const,
];

function action(summary: string, answers: Readonly<Record<number, Answer>>, description?: string) {
  return described({ tag: "Calls", summary, description, answers, problems: PROBLEMS });
}

const BEGUN: Answer = { description: "It is begun", schema: schemas.accepted };
const VIEW: Answer = { description: "It is done: the call as it is now", schema: callView };

/** Does things to calls. */
export function callActionRoutes(
  app: Hono<HttpEnv>,
  { watch }: { readonly watch: PhoneWatch },
): void {
  app.post(
    "/calls/:id/hangup",
    action("Hang up", { 200: { description: "It is over", schema: schemas.accepted } }),
    valid("json", schemas.hangup),
    async (c) => {
      const { call } = callOf(c, watch);
      const { cause } = c.req.valid("json");
      await attempt(() => call.hangup(cause));
      return c.json({ id: call.id });
    },
  );
  app.post(
    "/calls/:id/transfer",
    action("Give the caller to somebody else", {
      200: { description: "What became of it", schema: schemas.transferResult },
      202: BEGUN,
    }, "Only after `completed` and `ended` the caller is gone."),
    valid("json", schemas.transfer),
    async (c) => {
      const { call } = callOf(c, watch);
      const { to, timeoutMs, brief, wait } = c.req.valid("json");
      // Said also to who does not wait.
      await attempt(() => targetKind(to));
      const transfer = () => call.transfer(to, { timeoutMs, brief });
      if (!wait) {
        leave(transfer);
        return c.json({ id: call.id }, 202);
      }
      const { outcome, cause, error } = await patiently(c, () => attempt(transfer));
      return c.json({
        outcome,
        ...(cause !== undefined && { cause }),
        ...(error !== undefined && { error: messageOf(error) }),
      });
    },
  );
  app.post(
    "/calls/:id/dtmf",
    action("Press keys, for the other side to hear", { 202: BEGUN }),
    valid("json", schemas.dtmf),
    async (c) => {
      const { call } = callOf(c, watch);
      await attempt(() => call.sendDtmf(c.req.valid("json").digits));
      return c.json({ id: call.id }, 202);
    },
  );
  for (const name of ["mute", "unmute"] as const) {
    app.post(
      `/calls/:id/${name}`,
      action(name === "mute" ? "Let a side not be heard" : "Let a side be heard again", {
        200: VIEW,
      }),
      valid("json", schemas.mute),
      async (c) => {
        const watched = callOf(c, watch);
        await attempt(() => watched.call[name](c.req.valid("json").side));
        return c.json(watched.view());
      },
    );
  }
  for (const name of ["hold", "unhold"] as const) {
    app.post(
      `/calls/:id/${name}`,
      action(name === "hold" ? "Put the caller on hold" : "Take the caller back", { 200: VIEW }),
      valid("json", schemas.nothing),
      async (c) => {
        const watched = callOf(c, watch);
        await attempt(() => watched.call[name]());
        return c.json(watched.view());
      },
    );
  }
}
