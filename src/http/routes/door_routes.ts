/** The doors of the phone that come by HTTP: `/phone/socket`, `/twilio/voice`, `/twilio/socket`. */

import type { Hono, MiddlewareHandler } from "hono";
import type { MessageSocket } from "../../door/mod.ts";
import type { HttpContext, HttpEnv } from "../http_env.ts";
import { tellNews } from "../events/call_news.ts";
import type { PhoneWatch } from "../events/phone_watch.ts";
import { limitWebhooks } from "../guard/limit_webhooks.ts";
import type { SocketGate } from "../guard/socket_gate.ts";
import type { Site } from "../site.ts";
import type { DoorRequest } from "../http_options.ts";

/** Takes a call. */
type TakeSocket = (socket: MessageSocket, info: DoorRequest) => void;

/** What {@link doorRoutes} need. */
export interface DoorRoutesOptions {
  readonly site: Site;
  readonly watch: PhoneWatch;
  /** Lets those in who may come. */
  readonly guard: MiddlewareHandler<HttpEnv>;
}

/** Opens those doors that the options have. */
export function doorRoutes(
  app: Hono<HttpEnv>,
  { site, watch, guard }: DoorRoutesOptions,
): void {
  const { browserCall, twilioCall, twilioVoice } = site.options;
  const enter = (
    c: HttpContext,
    { gate, take }: { readonly gate: SocketGate; readonly take: TakeSocket },
  ) => {
    const { response, socket } = gate.enter(c);
    take(socket, {
      address: c.get("address"),
      request: c.req.raw,
      watch: (call, tell) => tellNews(watch.seen(call), site.clock, tell),
    });
    return response;
  };
  if (browserCall !== undefined) {
    const door = { gate: site.sockets, take: browserCall };
    app.get("/phone/socket", guard, (c) => enter(c, door));
  }
  // Twilio signs what it sends, and knows no token of ours: the door checks that. Until then a stranger
  // has taken a place, which must not be that of somebody who has the token.
  if (twilioCall !== undefined) {
    const door = { gate: site.strangers, take: twilioCall };
    app.get("/twilio/socket", (c) => enter(c, door));
  }
  if (twilioVoice !== undefined) {
    // By GET where Twilio's console says so.
    app.on(["GET", "POST"], "/twilio/voice", limitWebhooks(site), (c) => twilioVoice(c.req.raw));
  }
}
