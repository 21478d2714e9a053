import { EslChannelEvent } from "./channel_event.ts";

/**
 * Two channels hear each other (`CHANNEL_BRIDGE`) or do no more (`CHANNEL_UNBRIDGE`).
 *
 * @example
 * ```ts
 * import { EslBridgeEvent, parsePlainEvent } from "@sofia/phone/esl";
 * import assert from "node:assert/strict";
 *
 * const text = "Bridge-A-Unique-ID: 7\nBridge-B-Unique-ID: 8\n\n";
 * const event = new EslBridgeEvent(parsePlainEvent(new TextEncoder().encode(text)));
 * assert.deepEqual([event.aUuid, event.bUuid], ["7", "8"]);
 * ```
 */
export class EslBridgeEvent extends EslChannelEvent {
  /** The channel that was there first. */
  get aUuid(): string | undefined {
    return this.get("Bridge-A-Unique-ID");
  }

  /** The channel it was bridged to. */
  get bUuid(): string | undefined {
    return this.get("Bridge-B-Unique-ID");
  }
}
