/** Two calls whose callers talk with each other through us, and hear each other's keys. */

import { bridge, type BridgeOptions, type Connectable } from "../../media/mod.ts";
import type { CallKeys } from "../keys/mod.ts";

/** A call that can be bridged to another one. */
export interface BridgeableCall extends Connectable {
  /** The keys that its other side presses. */
  readonly keys: Pick<CallKeys, "passTo">;
  /** Presses keys for its other side to hear. Throws where that cannot hear any. */
  sendDtmf(digits: string): void;
}

/**
 * Bridges two calls as {@link bridge} does. Keys that come in no sound, in packets or messages of their
 * own, are pressed on the other call: a menu at the far end hears them.
 */
export async function bridgeCalls(
  one: BridgeableCall,
  other: BridgeableCall,
  options?: BridgeOptions,
): Promise<void> {
  const stops = [passKeys(one, other), passKeys(other, one)];
  try {
    await bridge(one, other, options);
  } finally {
    for (const stop of stops) stop();
  }
}

function passKeys(from: BridgeableCall, to: BridgeableCall): () => void {
  return from.keys.passTo((digit) => {
    try {
      to.sendDtmf(digit);
    } catch {
      // It has agreed to hear no keys, or has no such key; the two talk on.
    }
  });
}
