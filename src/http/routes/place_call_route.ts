/** `POST /calls`: calls somebody. */

import type { Hono } from "hono";
import { type Call, CallRefusedError, causeName } from "../../call/mod.ts";
import type { HttpEnv } from "../http_env.ts";
import type { Site } from "../site.ts";
import { messageOf } from "../events/end_view.ts";
import type { PhoneWatch } from "../events/phone_watch.ts";
import { ProblemError } from "../problem.ts";
import { callView } from "../schemas/call_view.ts";
import { placeCall, placeCallQuery } from "../schemas/place_call.ts";
import { leave, patiently } from "./attempt.ts";
import { described } from "./described.ts";
import { valid } from "./valid.ts";

/** Calls somebody, and answers at once or when somebody has answered. */
export function placeCallRoute(
  app: Hono<HttpEnv>,
  { site: { phone }, watch }: { readonly site: Site; readonly watch: PhoneWatch },
): void {
  app.post(
    "/calls",
    described({
      tag: "Calls",
      summary: "Call somebody",
      description: "Answers as soon as the call is begun; with wait=answered when somebody has " +
        "answered, or it is known that nobody will: the problem says why, as an outcome in a word, " +
        "as a status of SIP and as a cause of the telephone network.",
      answers: {
        201: {
          description: "The call",
          schema: callView,
          headers: { Location: "Where the call is" },
        },
      },
      problems: [
        ...["bad-request", "too-slow", "too-large", "not-json"] as const,
        ...["call-refused", "not-there"] as const,
      ],
    }),
    valid("query", placeCallQuery),
    valid("json", placeCall),
    async (c) => {
      const { to, say, ...options } = c.req.valid("json");
      if (phone.address === undefined || phone.isDraining) {
        throw new ProblemError("not-there", {
          detail: phone.isDraining ? "The phone is about to stop" : "The phone is not started",
        });
      }
      const before = new Set(phone.calls);
      const answered = phone.call(to, options);
      // It is there at once, or it cannot be: then it has failed by now.
      const call = phone.calls.find((one) => !before.has(one) && one.info.direction === "out");
      const begun = answered.then((call) => {
        if (say !== undefined) leave(() => call.say(say));
      });
      begun.catch(() => {});
      if (call === undefined || c.req.valid("query").wait === "answered") {
        await patiently(c, () =>
          begun.catch((error) => {
            throw problemOf(error, call);
          }));
      }
      const watched = watch.seen(call!);
      return c.json(watched.view(), 201, { Location: `/calls/${encodeURIComponent(call!.id)}` });
    },
  );
}

function problemOf(error: unknown, call: Call | undefined): ProblemError {
  const detail = messageOf(error);
  const id = call && { id: call.id };
  if (error instanceof CallRefusedError) {
    return new ProblemError("call-refused", {
      ...id,
      detail,
      outcome: error.outcome,
      sipStatus: error.status,
      cause: causeName(error.q850),
      headers: error.retryAfterS === undefined ? {} : { "Retry-After": String(error.retryAfterS) },
    });
  }
  const isAsked = [TypeError, RangeError, SyntaxError].some((kind) => error instanceof kind);
  if (isAsked) return new ProblemError("bad-request", { ...id, detail });
  return new ProblemError("not-there", { ...id, detail, headers: { "Retry-After": "5" } });
}
