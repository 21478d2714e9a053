/** Who may ask. */

import type { MiddlewareHandler } from "hono";
import { isSameSecret } from "../../door/mod.ts";
import type { HttpContext, HttpEnv } from "../http_env.ts";
import type { Site } from "../site.ts";
import { ProblemError } from "../problem.ts";
import { isOwnOrigin, requireLocal } from "./local.ts";
import { Guesses } from "./guesses.ts";
import type { Tickets } from "./tickets.ts";

/** A browser sends a ticket in an address only by these. */
const READING = ["GET", "HEAD"];

/**
 * Lets those in who know the token, or bring a ticket; where there is no token, those on this machine
 * whose browser was not sent here by another site.
 */
export function authorize(site: Site, tickets: Tickets): MiddlewareHandler<HttpEnv> {
  const { options: { token, limits = {} }, clock } = site;
  const guesses = new Guesses(limits.failuresPerMinute ?? 10);
  const knows = (c: HttpContext, said: string, token: string): boolean => {
    const client = c.get("client");
    // Before anything is compared: who guesses learns nothing any more.
    const waitMs = guesses.waitMs(client, clock.now());
    if (waitMs > 0) throw tooMany(waitMs);
    const isRight = isSameSecret(said, token);
    guesses.note(client, { isRight }, clock.now());
    return isRight;
  };
  return async (c, next) => {
    if (token === undefined) requireLocal(c.req.raw);
    else {
      const said = /^Bearer +(\S+) *$/i.exec(c.req.header("Authorization") ?? "")?.[1];
      // Nobody guesses who says nothing, or has a ticket that is used up.
      const isLetIn = said === undefined ? hasTicket(c, tickets) : knows(c, said, token);
      if (!isLetIn) {
        throw new ProblemError("unauthorized", {
          detail: "Send it as `Authorization: Bearer <token>`, or a ticket as `?ticket=`",
          headers: { "WWW-Authenticate": 'Bearer realm="sofia-phone"' },
        });
      }
    }
    await next();
  };
}

/** What tells a client to come back later. */
export function tooMany(waitMs: number): ProblemError {
  const seconds = Math.max(1, Math.ceil(waitMs / 1000));
  return new ProblemError("too-many", {
    detail: `Try again in ${seconds} s`,
    headers: { "Retry-After": String(seconds) },
  });
}

function hasTicket(c: HttpContext, tickets: Tickets): boolean {
  const ticket = READING.includes(c.req.method) ? c.req.query("ticket") : undefined;
  return ticket !== undefined && isOwnOrigin(c.req.raw) && tickets.take(ticket, c.req.path);
}
