/** The calls that are over: `/history`, `/history/{id}`, `/history/{id}/recording`. */

import type { Hono } from "hono";
import type { HttpContext, HttpEnv } from "../http_env.ts";
import type { PhoneWatch } from "../events/phone_watch.ts";
import { ProblemError } from "../problem.ts";
import { history, historyQuery, pastCallDetail } from "../schemas/history.ts";
import { type PastCallNotes, shown } from "../views/past_calls.ts";
import { serveFile } from "../views/serve_file.ts";
import { described } from "./described.ts";
import { valid } from "./valid.ts";

/** Shows the calls that are over, and lets their recordings be heard. */
export function historyRoutes(app: Hono<HttpEnv>, { watch }: { readonly watch: PhoneWatch }): void {
  app.get(
    "/history",
    described({
      tag: "History",
      summary: "The latest calls that are over, or those of them that are looked for",
      description:
        "Only so much of what was said is searched at a time: a page may be short, or empty, and " +
        "still have a `next`.",
      answers: { 200: { description: "A page of them, the latest first", schema: history } },
      problems: ["bad-request"],
    }),
    valid("query", historyQuery),
    (c) => {
      const { limit, before, q, only } = c.req.valid("query");
      const page = watch.past.page({
        limit: Number(limit),
        ...(before !== undefined && { before: Number(before) }),
        words: q,
        only,
      });
      return c.json(page);
    },
  );
  app.get(
    "/history/:id",
    described({
      tag: "History",
      summary: "A call that is over, with what was said in it",
      answers: { 200: { description: "The call", schema: pastCallDetail } },
      problems: ["no-such-call"],
    }),
    (c) => {
      const past = pastOf(c, watch);
      return c.json({
        ...shown(past),
        transcript: [...past.transcript],
        timings: [...past.timings],
      });
    },
  );
  app.get(
    "/history/:id/recording",
    described({
      tag: "History",
      summary: "Hear a call that is over",
      description: "A WAV file, the caller on the left and the agent on the right; in pieces, too.",
      answers: {
        200: { description: "The file", media: "audio/wav" },
        206: {
          description: "The part that Range asks for",
          media: "audio/wav",
          headers: { "Content-Range": "Which part of how much" },
        },
        304: { description: "It is as it was" },
      },
      problems: ["no-such-call", "no-recording", "bad-range"],
    }),
    async (c) => {
      const { recording } = pastOf(c, watch).record;
      if (recording?.outcome !== "finished" || !recording.path.endsWith(".wav")) {
        throw new ProblemError("no-recording");
      }
      return await serveFile(c.req.raw, recording.path, "audio/wav");
    },
  );
}

/** The call that the path names. @throws {ProblemError} when it is not there any more */
function pastOf(c: HttpContext, watch: PhoneWatch): PastCallNotes {
  const found = watch.past.find(c.req.param("id")!);
  if (found !== undefined) return found;
  throw new ProblemError("no-such-call", { detail: "It is not over, or it was long ago" });
}
