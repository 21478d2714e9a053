/** The HTTP server beside a phone: pages, interface, figures, and the doors that come by it. */

import type { Clock } from "../clock/mod.ts";
import type { HttpOptions, HttpServer } from "../http/mod.ts";
import type { PhoneHandler } from "../phone/mod.ts";
import { formatHostPort } from "../sip/mod.ts";
import { type Configuration, OPTIONS } from "./configuration/configuration.ts";
import { titleOf } from "./configuration/option.ts";
import type { PhoneTelemetry } from "./start_telemetry.ts";
import { takePort } from "./take_port.ts";
import { VERSION } from "./version.ts";

/** What the server is made with. */
export interface WebContext {
  /** Time, the phone's. */
  readonly clock: Clock;
  /** The figures of `/metrics`; undefined for none. */
  readonly metrics: PhoneTelemetry["metrics"];
}

/**
 * Loads what serves the phone by HTTP, and gives what begins to; undefined where it was told not to,
 * and nothing of it is loaded then.
 *
 * To load it takes a good part of a second, in which no sound leaves: it is done before there are calls.
 */
export async function loadWeb(
  phone: PhoneHandler,
  configuration: Configuration,
  { clock, metrics }: WebContext,
): Promise<(() => Promise<HttpServer>) | undefined> {
  const { httpHost: host, httpPort: port, httpToken: token, takeOverMs } = configuration;
  const { historySize, openMetrics, trustedProxies } = configuration;
  if (port === "off") return undefined;
  const { serveHttp } = await import("../http/mod.ts");
  const doors = await doorsOf(phone, configuration);
  const serve = () =>
    serveHttp({
      ...{ phone, host, port, token, clock, metrics, openMetrics, trustedProxies },
      ...doors,
      pastCalls: historySize,
      version: VERSION,
      doors: doorNames(configuration),
    });
  return () =>
    takePort(serve, {
      what: formatHostPort(host, port),
      option: titleOf("httpPort", OPTIONS.httpPort),
      clock,
      withinMs: takeOverMs,
    });
}

type Doors = Pick<HttpOptions, "browserCall" | "twilioCall" | "twilioVoice">;

/** The ways in that come by HTTP, as the server takes them. */
async function doorsOf(phone: PhoneHandler, configuration: Configuration): Promise<Doors> {
  const { browserCall, twilioAnswer, twilioCall } = await import("../door/mod.ts");
  const { twilio, twilioAuthToken: authToken, publicUrl } = configuration;
  const browser: Doors = {
    browserCall: (socket, { address = "unknown", watch }) =>
      void browserCall(phone, socket, { remoteAddress: address, watch }),
  };
  if (!twilio || authToken === undefined || publicUrl === undefined) return browser;
  return {
    ...browser,
    twilioVoice: (request) =>
      twilioAnswer(request, {
        authToken,
        url: `${publicUrl}/twilio/voice`,
        streamUrl: `${publicUrl.replace(/^http/, "ws")}/twilio/socket`,
      }),
    twilioCall: (socket, { address = "unknown" }) =>
      void twilioCall(phone, socket, { remoteAddress: address, authToken }),
  };
}

function doorNames({ twilio, audiosocketPort }: Configuration): string[] {
  return [
    ...["sip", "browser"],
    ...twilio ? ["twilio"] : [],
    ...audiosocketPort === "off" ? [] : ["audiosocket"],
  ];
}
