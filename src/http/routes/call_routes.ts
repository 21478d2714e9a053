/** The calls there are: `/calls`, `/calls/{id}`. */

import type { Hono } from "hono";
import type { HttpContext, HttpEnv } from "../http_env.ts";
import type { PhoneWatch } from "../events/phone_watch.ts";
import { ProblemError } from "../problem.ts";
import { callDetail, callList } from "../schemas/call_view.ts";
import type { WatchedCall } from "../views/watched_call.ts";
import { described } from "./described.ts";

/** Shows the calls. */
export function callRoutes(
  app: Hono<HttpEnv>,
  { watch }: { readonly watch: PhoneWatch },
): void {
  app.get(
    "/calls",
    described({
      tag: "Calls",
      summary: "The calls there are",
      answers: {
        200: { description: "Those that arrive, are begun, or are live", schema: callList },
      },
    }),
    (c) => c.json({ calls: watch.calls.map((call) => call.view()) }),
  );
  app.get(
    "/calls/:id",
    described({
      tag: "Calls",
      summary: "One call, with what was said in it",
      answers: { 200: { description: "The call", schema: callDetail } },
      problems: ["no-such-call"],
    }),
    (c) => c.json(callOf(c, watch).detail()),
  );
}

/** The call that the path names. @throws {ProblemError} when it is not there */
export function callOf(c: HttpContext, watch: PhoneWatch): WatchedCall {
  const id = c.req.param("id")!;
  const found = watch.find(id);
  if (found !== undefined) return found;
  const isPast = watch.past.find(id) !== undefined;
  throw new ProblemError("no-such-call", {
    detail: isPast ? "It is over; /history has it" : "It may be over",
  });
}
