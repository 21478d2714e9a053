/** What belongs to the libraries behind this folder, by names of its own. */

/** Where figures are kept: the `Registry` of prom-client. */
export type MetricsRegistry = (typeof import("prom-client"))["register"];

/** What makes spans: the `Tracer` of OpenTelemetry's API. */
export type SpanTracer = ReturnType<(typeof import("@opentelemetry/api"))["trace"]["getTracer"]>;
