/** Figures and spans of a phone. */

import type { PhoneHandler } from "../phone/mod.ts";
import type { PhoneMetrics } from "../telemetry/mod.ts";
import type { Configuration } from "./configuration/configuration.ts";
import { VERSION } from "./version.ts";

/** What follows a phone. */
export interface PhoneTelemetry {
  /** Its figures; undefined where nobody wants them. */
  readonly metrics: PhoneMetrics | undefined;
  /** Follows it no longer. */
  stop(): void;
}

/** Begins to follow a phone, before its first call; what nobody wants is not loaded. */
export async function startTelemetry(
  phone: PhoneHandler,
  { metrics: wantsMetrics, httpPort, traces: wantsTraces, continueTraces }: Configuration,
): Promise<PhoneTelemetry> {
  const hasReader = wantsMetrics && httpPort !== "off";
  if (!hasReader && !wantsTraces) return { metrics: undefined, stop: () => {} };
  const { PhoneMetrics, PhoneTraces } = await import("../telemetry/mod.ts");
  const metrics = hasReader ? new PhoneMetrics(phone, { version: VERSION }) : undefined;
  const traces = wantsTraces ? new PhoneTraces(phone, { continueTraces }) : undefined;
  return {
    metrics,
    stop: () => {
      metrics?.stop();
      traces?.stop();
    },
  };
}
