/** What a user agent cannot work with. */

import { isIpAddress } from "./ip_address.ts";
import { DEFAULT_SIP_LIMITS } from "./sip_limits.ts";
import { DEFAULT_SIP_TIMERS } from "./sip_timers.ts";
import type { SipUserAgentOptions } from "./sip_user_agent_options.ts";

/** Throws for the first option that cannot be. @throws {RangeError} */
export function checkOptions(options: SipUserAgentOptions): void {
  const { host = "127.0.0.1", port = 5060, transports = ["udp"], advertisedHost } = options;
  if (!isIpAddress(host)) {
    refuse("host must be an IPv4 or IPv6 address", host);
  }
  if ((host === "0.0.0.0" || host === "::") && advertisedHost === undefined) {
    refuse("advertisedHost must say how peers reach a user agent that listens everywhere", "none");
  }
  requireWhole("port", port, 0, 65_535);
  if (options.advertisedPort !== undefined) {
    requireWhole("advertisedPort", options.advertisedPort, 1, 65_535);
  }
  if (transports.length === 0 || transports.some((name) => name !== "udp" && name !== "tcp")) {
    refuse("transports must be udp, tcp or both", `[${transports.join(", ")}]`);
  }
  for (const [name, value] of Object.entries({ ...DEFAULT_SIP_LIMITS, ...options.limits })) {
    requireWhole(`limits.${name}`, value, 1, Number.MAX_SAFE_INTEGER);
  }
  for (const [name, value] of Object.entries({ ...DEFAULT_SIP_TIMERS, ...options.timers })) {
    requireWhole(`timers.${name}`, value, 1, 3_600_000);
  }
  const { sessionExpires = 1_800, minSessionExpires = 90 } = options;
  requireWhole("minSessionExpires", minSessionExpires, 1, 2 ** 31);
  requireWhole("sessionExpires", sessionExpires, 0, 2 ** 31);
  if (sessionExpires > 0 && sessionExpires < minSessionExpires) {
    refuse("sessionExpires must be 0 or at least minSessionExpires", sessionExpires);
  }
}

function requireWhole(name: string, value: number, min: number, max: number): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  refuse(`${name} must be a whole number of ${min} to ${max}`, value);
}

function refuse(rule: string, value: unknown): never {
  throw new RangeError(`Cannot make a SIP user agent as ${rule}: current value is ${value}`);
}
