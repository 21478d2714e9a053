/** How the phone is: `/health`, `/ready`, `/status`, `/metrics`. */

import type { Hono } from "hono";
import type { HttpEnv } from "../http_env.ts";
import type { Site } from "../site.ts";
import type { PhoneWatch } from "../events/phone_watch.ts";
import { ProblemError } from "../problem.ts";
import { health, readiness, status } from "../schemas/status.ts";
import { readinessView, statusView } from "../views/status_view.ts";
import { described } from "./described.ts";

/** Those that whoever watches over processes may ask without a token. */
export function openPhoneRoutes(app: Hono<HttpEnv>, { site }: { readonly site: Site }): void {
  app.get(
    "/health",
    described({
      tag: "Phone",
      summary: "Whether the process answers",
      answers: { 200: { description: "It does", schema: health } },
      ...{ isOpen: true, isUnlimited: true },
    }),
    (c) => c.json({ status: "alive", uptimeMs: Math.round(site.clock.now() - site.startedAt) }),
  );
  app.get(
    "/ready",
    described({
      tag: "Phone",
      summary: "Whether calls may be sent here",
      description: "Not before the start, while it drains, and while it is overloaded",
      answers: {
        200: { description: "They may", schema: readiness },
        503: { description: "They may not, and why", schema: readiness },
      },
      ...{ isOpen: true, isUnlimited: true },
    }),
    (c) => {
      const view = readinessView(site);
      return c.json(view, view.isReady ? 200 : 503);
    },
  );
}

/** All there is to say of the phone. */
export function statusRoute(
  app: Hono<HttpEnv>,
  { site, watch }: { readonly site: Site; readonly watch: PhoneWatch },
): void {
  app.get(
    "/status",
    described({
      tag: "Phone",
      summary: "How the phone is",
      answers: { 200: { description: "Counters, load, ways to call", schema: status } },
    }),
    (c) => c.json(statusView(site, watch)),
  );
}

/** The figures of the phone. */
export function metricsRoute(app: Hono<HttpEnv>, { site }: { readonly site: Site }): void {
  const { metrics } = site.options;
  app.get(
    "/metrics",
    described({
      tag: "Phone",
      summary: "Figures for Prometheus",
      answers: { 200: { description: "In its text format", media: "text/plain" } },
      problems: ["not-found"],
      isOpen: site.options.openMetrics,
    }),
    async (c) => {
      if (metrics === undefined) {
        throw new ProblemError("not-found", { detail: "The phone is served without figures" });
      }
      return c.body(await metrics.text(), 200, { "Content-Type": metrics.contentType });
    },
  );
}
