/** From a number and options to the invitation of a call. */

import { type Clock, type Random, uuid } from "../clock/mod.ts";
import type { OutgoingLegOptions } from "../call/mod.ts";
import { checkInvite } from "../sip/mod.ts";
import type { CallOptions } from "./call_options.ts";
import { formatUser, type Trunk } from "./trunks.ts";

/** How long it may ring, in ms. */
const RING_MS = 60_000;

/** What an invitation is made of besides the options. */
export interface InvitationContext {
  readonly trunk: Trunk | undefined;
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * Whom to call, and how.
 *
 * @param to an address (`sip:1001@10.0.0.9`), or a number for the trunk to find
 * @throws {TypeError | RangeError | SyntaxError} for what cannot be called; it says why
 */
export function invitation(
  to: string,
  options: CallOptions,
  { trunk, clock, random }: InvitationContext,
): OutgoingLegOptions {
  const { ringTimeoutMs = RING_MS, signal, headers } = options;
  if (!(ringTimeoutMs > 0)) {
    throw new RangeError(
      `Cannot call as ringTimeoutMs is above 0: current value is ${ringTimeoutMs}`,
    );
  }
  const isAddress = /^sip:/i.test(to);
  if (!isAddress && (trunk === undefined || to === "")) {
    throw new TypeError(
      "Cannot call as that takes an address (sip:1001@10.0.0.9), or a number and a trunk: " +
        `current value is ${JSON.stringify(to)}`,
    );
  }
  // A number stands in an address of the trunk's; an address goes by it if it was asked to.
  const isByTrunk = !isAddress || options.trunk !== undefined;
  const by = isByTrunk ? trunk : undefined;
  const how = {
    // FreeSWITCH can name its channel by it.
    callId: uuid(random),
    target: isAddress ? to : `sip:${formatUser(to)}@${by!.domain}`,
    proxy: options.proxy ?? by?.server,
    transport: options.transport ?? by?.options.transport,
    from: fromOf(options.from, by),
    auth: options.auth ?? by?.auth,
    headers: { ...by?.options.headers, ...headers },
    ringTimeoutMs,
    signal,
    clock,
  };
  checkInvite(how);
  return how;
}

function fromOf(from: string | undefined, trunk: Trunk | undefined): string | undefined {
  if (from === undefined || /[<:]/.test(from)) return from ?? trunk?.from;
  if (trunk !== undefined) return `<sip:${formatUser(from)}@${trunk.domain}>`;
  throw new TypeError(
    "Cannot call as from is an address (sip:bot@10.0.0.2) where there is no trunk: " +
      `current value is ${JSON.stringify(from)}`,
  );
}
