/** `/tickets`: what stands for the token where a page cannot send it. */

import type { Hono } from "hono";
import type { HttpEnv } from "../http_env.ts";
import type { Site } from "../site.ts";
import type { Tickets } from "../guard/tickets.ts";
import { ticket, ticketRequest } from "../schemas/ticket.ts";
import { described } from "./described.ts";
import { valid } from "./valid.ts";

/** Gives tickets to those who know the token. */
export function ticketRoutes(
  app: Hono<HttpEnv>,
  { site, tickets }: { readonly site: Site; readonly tickets: Tickets },
): void {
  app.post(
    "/tickets",
    described({
      tag: "Events",
      summary: "Get a ticket",
      description:
        "For `?ticket=` of events, WebSockets and recordings, which pages cannot send a " +
        "token with: for any path once within 30 s, or for one path again and again for 10 minutes",
      answers: { 201: { description: "The ticket", schema: ticket } },
      problems: ["bad-request", "too-slow", "too-large", "not-json"],
    }),
    valid("json", ticketRequest),
    (c) => {
      const { ticket, lastsMs } = tickets.issue(c.req.valid("json").path);
      return c.json({ ticket, expiresAt: Math.round(site.wallClock()) + lastsMs }, 201);
    },
  );
}
