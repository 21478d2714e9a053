/** The trace that a call belongs to, from the fields of its invitation. */

import {
  type Context,
  createTraceState,
  isSpanContextValid,
  ROOT_CONTEXT,
  type SpanContext,
  trace,
  TraceFlags,
} from "@opentelemetry/api";

/** Version, trace, parent and flags; a later version may have more behind them. */
const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
/** The longest list of vendors' notes that is passed on, in characters, as the recommendation asks for. */
const MOST_STATE = 512;

/**
 * The context of the caller's span, by W3C Trace Context (level 1, section 3.2), from the field
 * `traceparent` or `X-Traceparent`, as not every switch lets a field of no known name through.
 *
 * @param headers header fields by lower-case name
 * @returns the root where there is no such field, or one that cannot be read
 */
export function contextOf(headers: Readonly<Record<string, string>>): Context {
  const found = TRACEPARENT.exec((headers.traceparent ?? headers["x-traceparent"] ?? "").trim());
  if (found === null) return ROOT_CONTEXT;
  const [, version, traceId, spanId, flags, more] = found;
  if (version === "ff" || (version === "00" && more !== undefined)) return ROOT_CONTEXT;
  const state = (headers.tracestate ?? headers["x-tracestate"] ?? "").slice(0, MOST_STATE);
  const parent: SpanContext = {
    traceId,
    spanId,
    isRemote: true,
    traceFlags: parseInt(flags, 16) & TraceFlags.SAMPLED,
    ...(state !== "" && { traceState: createTraceState(state) }),
  };
  return isSpanContextValid(parent) ? trace.setSpanContext(ROOT_CONTEXT, parent) : ROOT_CONTEXT;
}
