/** The transports there are, by name. */

import { type EslLimits, fullLimits } from "./esl_frame.ts";
import { EslParser } from "./esl_parser.ts";
import { type EslTransportMaker, framedTransport } from "./esl_transport.ts";

/**
 * `own` is {@link EslParser}; `modesl` is the parser of that package behind guards.
 *
 * Both pass test/esl/conformance. `own` is the default: to guard modesl everything that interprets is
 * replaced, and a head that comes in small pieces still costs it time by its square.
 */
export type EslTransportName = "own" | "modesl";

/**
 * A transport by its name, or the maker as it is. The package is loaded only when it is asked for.
 *
 * Rejects when modesl is not installed.
 */
export async function loadTransport(
  transport: EslTransportName | EslTransportMaker = "own",
  limits: EslLimits = {},
): Promise<EslTransportMaker> {
  if (typeof transport === "function") return transport;
  const full = fullLimits(limits);
  if (transport === "own") {
    return (socket, handlers) => framedTransport(socket, new EslParser(full), handlers);
  }
  const { loadModesl } = await import("./modesl.ts");
  const makeFramer = await loadModesl(full);
  return (socket, handlers) => framedTransport(socket, makeFramer(), handlers);
}
