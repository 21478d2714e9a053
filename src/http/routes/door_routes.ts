/** The doors of the phone that come by HTTP: `/phone/socket`, `/twilio/voice`, `/twilio/socket`. */

import type { Hono, MiddlewareHandler } from "hono";
import type { MessageSocket } from "../../door/mod.ts";
import type { HttpContext, HttpEnv } from "../http_env.ts";
import { tellNews } from "../events/call_news.ts";
import type { PhoneWatch } from "../events/phone_watch.ts";
import { limitBody } from "../guard/limit_body.ts";
import type { Site } from "../site.ts";
import type { DoorRequest } from "../http_options.ts";

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
  const enter = (c: HttpContext, take: (socket: MessageSocket, info: DoorRequest) => void) => {
    const { response, socket } = site.sockets.enter(c);
    take(socket, {
      address: c.get("client"),
      request: c.req.raw,
      watch: (call, tell) => tellNews(watch.seen(call), site.clock, tell),
    });
    return response;
  };
  if (browserCall !== undefined) app.get("/phone/socket", guard, (c) => enter(c, browserCall));
  // Twilio signs what it sends, and knows no token of ours: the door checks that.
  if (twilioCall !== undefined) app.get("/twilio/socket", (c) => enter(c, twilioCall));
  if (twilioVoice === undefined) return;
  // Whoever it is may send anything, at any pace, until its signature is seen.
  const form = limitBody(site, { isJson: false });
  // By GET where Twilio's console says so.
  app.on(["GET", "POST"], "/twilio/voice", form, (c) => twilioVoice(c.req.raw));
}
