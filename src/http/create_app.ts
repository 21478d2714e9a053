/** The application: which requests are let in, and who answers them. */

import { getLogger } from "@logtape/logtape";
import { Hono } from "hono";
import { methodNotAllowed } from "hono/method-not-allowed";
import { HTTPException } from "hono/http-exception";
import { SystemClock, SystemRandom, wallClock as systemWallClock } from "../clock/mod.ts";
import type { PhoneHandler } from "../phone/mod.ts";
import type { Connection } from "./connection.ts";
import type { HttpEnv } from "./http_env.ts";
import type { Site } from "./site.ts";
import { PhoneWatch } from "./events/phone_watch.ts";
import { authorize } from "./guard/authorize.ts";
import { countRequests } from "./guard/count_requests.ts";
import { limitBody } from "./guard/limit_body.ts";
import { noteClient } from "./guard/note_client.ts";
import { securityHeaders } from "./guard/security_headers.ts";
import { requestFigures } from "./guard/request_figures.ts";
import { SocketGate } from "./guard/socket_gate.ts";
import { Tickets } from "./guard/tickets.ts";
import type { HttpOptions } from "./http_options.ts";
import { ProblemError } from "./problem.ts";
import { callActionRoutes } from "./routes/call_action_routes.ts";
import { callRoutes } from "./routes/call_routes.ts";
import { documentRoutes } from "./routes/document_routes.ts";
import { doorRoutes } from "./routes/door_routes.ts";
import { eventRoutes } from "./routes/event_routes.ts";
import { historyRoutes } from "./routes/history_routes.ts";
import { listenRoute } from "./routes/listen_route.ts";
import { pageRoutes } from "./routes/page_routes.ts";
import { metricsRoute, openPhoneRoutes, statusRoute } from "./routes/phone_routes.ts";
import { placeCallRoute } from "./routes/place_call_route.ts";
import { ticketRoutes } from "./routes/ticket_routes.ts";
import { voiceRoutes } from "./routes/voice_routes.ts";
import { statusView } from "./views/status_view.ts";

const log = getLogger(["sofia-phone", "http"]);

/** A stranger who has not said by then who it is was sent away by the door, in ms. */
const TRIAL_MS = 15_000;

/** The application of a phone, which answers requests with a server around it or without. */
export interface HttpApp {
  /** Answers a request of which a server knows where it comes from. */
  readonly fetch: (
    request: Request,
    connection?: Connection,
  ) => Response | Promise<Response>;
  /** Answers a request to a path or an address: `await app.request("/ready")`. */
  readonly request: (
    input: string | Request,
    init?: RequestInit,
    connection?: Connection,
  ) => Response | Promise<Response>;
}

/**
 * Makes the application of a phone.
 *
 * What it notes of calls ends when the signal of its options fires.
 */
export function createApp(phone: PhoneHandler, options: HttpOptions = {}): HttpApp {
  const { clock = new SystemClock(), random = new SystemRandom() } = options;
  const { wallClock = systemWallClock, signal = new AbortController().signal } = options;
  const startedAt = clock.now();
  const { sockets: most = 400, socketsPerClient: perClient = Math.ceil(most / 2) } =
    options.limits ?? {};
  const sockets = new SocketGate({ most, perClient });
  // Twilio's come from a few addresses, but they say soon who they are.
  const strangers = new SocketGate({ most, perClient, trial: { ms: TRIAL_MS, clock } });
  const site: Site = {
    ...{ phone, options, clock, random, wallClock, signal, startedAt, sockets, strangers },
  };
  const watch: PhoneWatch = new PhoneWatch(site, { status: () => statusView(site, watch) });
  const tickets = new Tickets(clock, random);
  const app = new Hono<HttpEnv>();

  app.use(securityHeaders());
  app.use(noteClient(site));
  if (options.metrics?.registry !== undefined) app.use(requestFigures(options.metrics.registry));
  app.use(methodNotAllowed({ app, onMethodNotAllowed: wrongMethod }));
  app.onError(answerError);
  app.notFound(() => new ProblemError("not-found").toResponse());

  // Whoever watches over the process must not take a busy one for a dead one.
  openPhoneRoutes(app, { site });
  app.use(countRequests(site));

  // Whoever may reach us may have these.
  documentRoutes(app, { site });
  pageRoutes(app);
  if (options.openMetrics) metricsRoute(app, { site });

  // Twilio signs what it sends, and knows no token of ours.
  doorRoutes(app, { site, watch, guard: authorize(site, tickets) });

  // All others have to say who they are.
  app.use(authorize(site, tickets));
  app.use(limitBody(site));
  if (!options.openMetrics) metricsRoute(app, { site });
  statusRoute(app, { site, watch });
  callRoutes(app, { watch });
  placeCallRoute(app, { site, watch });
  callActionRoutes(app, { watch });
  voiceRoutes(app, { watch });
  listenRoute(app, { site, watch });
  eventRoutes(app, { site, watch });
  historyRoutes(app, { watch });
  ticketRoutes(app, { site, tickets });
  return app;
}

function answerError(error: Error): Response {
  if (error instanceof ProblemError) return error.toResponse();
  if (error instanceof HTTPException && error.status < 500) {
    return new ProblemError("bad-request", { detail: error.message }).toResponse();
  }
  log.error("a request has failed: {error}", { error });
  return new ProblemError("failed").toResponse();
}

function wrongMethod(_: unknown, methods: readonly string[]): Response {
  const allow = methods.join(", ");
  return new ProblemError("method-not-allowed", {
    detail: `It knows ${allow}`,
    headers: { Allow: allow },
  }).toResponse();
}
