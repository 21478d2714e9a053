/** `/events`: all that happens, as it happens. */

import type { Hono } from "hono";
import type { HttpEnv } from "../http_env.ts";
import type { Site } from "../site.ts";
import type { PhoneWatch } from "../events/phone_watch.ts";
import { Places } from "../guard/places.ts";
import { eventsQuery } from "../schemas/events.ts";
import { described } from "./described.ts";
import { valid } from "./valid.ts";

const DESCRIPTION =
  `Server-sent events, each with an id and JSON. First comes \`hello\` and, where the \
stream is not resumed by Last-Event-ID, a \`call\` for each call there is.

- \`call\`: a call is new or otherwise than before (Call)
- \`call-ended\`: it is over (CallEnded), and \`record\`: its record is made (PastCall)
- \`transcript\` (TranscriptEvent), \`turn\` (TurnEvent), \`dtmf\` (DtmfEvent)
- \`levels\`: how loud the calls are, five times a second, for those who ask by levels=1 (Levels)
- \`status\`: once a second (Status)
- \`refused\`: a call was not taken; \`error\`: something failed

Whoever does not read what it is sent is cut off, and may come again.`;

const HEADERS = {
  "Content-Type": "text/event-stream; charset=utf-8",
  "Cache-Control": "no-store",
  // Proxies that would keep it back until there is more of it.
  "X-Accel-Buffering": "no",
};

/** Streams events to those who watch. */
export function eventRoutes(
  app: Hono<HttpEnv>,
  { site, watch }: { readonly site: Site; readonly watch: PhoneWatch },
): void {
  const { viewers: most = 100, viewersPerClient: perClient = Math.ceil(most / 2) } =
    site.options.limits ?? {};
  const places = new Places({ what: "viewers", most, perClient });
  const { feed, meter } = watch;
  app.get(
    "/events",
    described({
      tag: "Events",
      summary: "Watch what happens",
      description: DESCRIPTION,
      answers: { 200: { description: "The stream", media: "text/event-stream" } },
      problems: ["bad-request"],
    }),
    valid("query", eventsQuery),
    (c) => {
      // Who asks whether there are events reads none, and would be a viewer until it is dropped.
      if (c.req.method === "HEAD") return c.body(null, 200, HEADERS);
      const { leave: onGone } = places.take(c.get("client"));
      const { calls, levels } = c.req.valid("query");
      c.env?.keepOpen?.();
      const viewer = feed.watch({
        calls: calls === "*" ? undefined : new Set(calls.split(",").filter((id) => id !== "")),
        from: feed.placeOf(c.req.header("Last-Event-ID")),
        levels: levels === "1" ? (viewer) => meter.newsFor(viewer) : undefined,
        onGone,
      });
      return c.body(viewer.readable, 200, HEADERS);
    },
  );
}
