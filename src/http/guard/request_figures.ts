/** How many requests there are, of which kind, and how long they take. */

import { prometheus } from "@hono/prometheus";
import type { MiddlewareHandler } from "hono";
import type { MetricsSource } from "../http_options.ts";

/** Durations in seconds: most requests are answered from memory, some wait for a caller. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5, 10, 30];

type Registry = NonNullable<MetricsSource["registry"]>;

/** What counts for each registry: a server that waits for its port is made again until it has it. */
const counting = new WeakMap<Registry, MiddlewareHandler>();

/** Adds the figures to `registry`, by method, status and route, in which no id of a call is. */
export function requestFigures(registry: Registry): MiddlewareHandler {
  const known = counting.get(registry);
  if (known !== undefined) return known;
  const { registerMetrics } = prometheus({
    registry,
    prefix: "sofia_phone_",
    // Its types forget the options of a histogram.
    metricOptions: { requestDuration: { buckets: BUCKETS } as object },
  });
  counting.set(registry, registerMetrics);
  return registerMetrics;
}
