/**
 * What a phone does, as figures for Prometheus and spans for OpenTelemetry.
 *
 * @module
 */
export * from "./library_types.ts";
export * from "./phone_metrics.ts";
export * from "./phone_traces.ts";
