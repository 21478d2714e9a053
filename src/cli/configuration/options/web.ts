/** What is served: pages, the HTTP interface, figures. */

import type { OptionTable } from "../option.ts";
import { ipAddress, listeningPortOrOff, onOff, text, webAddress, whole } from "../option_kinds.ts";

/** What is served. */
export interface WebSettings {
  /** The address of the HTTP server. */
  readonly httpHost: string;
  /** Its port, or `off` for no server. */
  readonly httpPort: number | "off";
  /** What everybody has to show; undefined for nothing, which only loopback may have. */
  readonly httpToken: string | undefined;
  /** How browsers and Twilio reach the server. */
  readonly publicUrl: string | undefined;
  /** How many proxies in front of the server add to X-Forwarded-For. */
  readonly trustedProxies: number;
  /** Whether there are figures for Prometheus at /metrics. */
  readonly metrics: boolean;
  /** Whether those need no token. */
  readonly openMetrics: boolean;
  /** Whether calls and turns are traced, by the OpenTelemetry SDK that the backend's module registers. */
  readonly traces: boolean;
  /** Whether a call continues the trace that its invitation names. */
  readonly continueTraces: boolean;
}

/** Their table. */
export const web: OptionTable<WebSettings> = {
  httpHost: {
    ...ipAddress("an IP address of this machine, or 0.0.0.0 for all"),
    fallback: "127.0.0.1",
    what: "address of the HTTP server: dashboard, phone page, interface",
  },
  httpPort: {
    ...listeningPortOrOff(),
    fallback: 8080,
    otherVariables: ["SOFIA_PHONE_HEALTH_PORT"],
    what: "its port",
  },
  httpToken: {
    ...text("at least 16 letters, digits and signs without blanks", /^[\x21-\x7e]{16,}$/),
    isSecret: true,
    what: "bearer token of the HTTP server; needed where its address is not loopback",
  },
  publicUrl: {
    ...webAddress("an address such as https://phone.example.com"),
    what: "how browsers and Twilio reach the HTTP server from outside",
  },
  trustedProxies: {
    ...whole(0, 10),
    fallback: 0,
    what: "how many proxies in front of the HTTP server add to X-Forwarded-For; 0 believes none",
  },
  metrics: {
    ...onOff(),
    fallback: true,
    what: "whether there are figures for Prometheus at /metrics",
  },
  openMetrics: {
    ...onOff(),
    fallback: false,
    what: "whether those need no token, for a Prometheus that has none",
  },
  traces: {
    ...onOff(),
    fallback: false,
    what:
      "whether calls and turns are traced; the backend's module registers the OpenTelemetry SDK",
  },
  continueTraces: {
    ...onOff(),
    fallback: false,
    what:
      "whether a call continues the trace that its traceparent names, where only your own can call",
  },
};
