/** Two calls that talk with each other. */

import type { ConnectOptions, Guest } from "../backend/mod.ts";
import { liveWay } from "./live_way.ts";

/** A call, or its session, in which a guest can sit. */
export interface Connectable {
  /** Lets a guest talk with the caller in the place of the bot, until its stream ends. */
  connect(guest: Guest, options?: ConnectOptions): Promise<void>;
}

/** How two calls are bridged. */
export interface BridgeOptions {
  /** Parts them, and the promise resolves: each has its bot again. */
  readonly signal?: AbortSignal;
}

/**
 * Lets two callers talk with each other in the place of their bots, whatever the codecs of their lines.
 *
 * Resolves when they are parted: one has hung up, and the other is with its bot again, or the signal
 * fired. Rejects when one of them cannot be connected, and then both stay where they are.
 */
export async function bridge(
  one: Connectable,
  other: Connectable,
  options: BridgeOptions = {},
): Promise<void> {
  const [there, back] = [liveWay(), liveWay()];
  const failed = new AbortController();
  const { signal = failed.signal } = options;
  const seated = { live: true, signal: AbortSignal.any([signal, failed.signal]) };
  const connect = async (call: Connectable, guest: Guest) => {
    try {
      await call.connect(guest, seated);
    } catch (error) {
      failed.abort();
      throw error;
    }
  };
  const sides = await Promise.allSettled([
    connect(one, { writable: there.writable, readable: back.readable }),
    connect(other, { writable: back.writable, readable: there.readable }),
  ]);
  const failure = sides.find(({ status }) => status === "rejected");
  if (failure !== undefined) throw (failure as PromiseRejectedResult).reason;
}
