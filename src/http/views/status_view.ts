/** How the phone is, as it is told. */

import type { Site } from "../site.ts";
import type { PhoneWatch } from "../events/phone_watch.ts";
import type { Readiness, Status } from "../schemas/status.ts";

/** All there is to say of the phone. */
export function statusView(site: Site, watch: PhoneWatch): Status {
  const { phone, options, clock, wallClock, startedAt } = site;
  const { address, freeswitch } = phone;
  const uptimeMs = Math.round(clock.now() - startedAt);
  return {
    version: options.version ?? "unknown",
    startedAt: Math.round(wallClock()) - uptimeMs,
    uptimeMs,
    isReady: phone.isReady,
    ...(address && { address: { address: address.address, port: address.port } }),
    calls: phone.calls.length,
    counters: { ...phone.counters },
    placed: { ...phone.placed },
    refusals: { ...phone.refusals },
    load: { ...phone.load },
    freeswitch: freeswitch === undefined ? null : { isConnected: freeswitch.isConnected },
    trunks: phone.trunks.map(({ name, state, error }) => ({
      name,
      state,
      ...(error && { error: error.message }),
    })),
    doors: [...options.doors ?? ["sip"]],
    isDraining: phone.isDraining,
    ...(watch.draining && { draining: watch.draining }),
    viewers: watch.feed.viewers.size,
  };
}

/** Whether calls may be sent here. */
export function readinessView({ phone }: Site): Readiness {
  if (phone.isReady) return { isReady: true };
  if (phone.isDraining) return { isReady: false, reason: "draining" };
  return { isReady: false, reason: phone.address === undefined ? "not-started" : "overloaded" };
}
