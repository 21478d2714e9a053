/** What all events of a channel tell. */

import { EslEvent } from "../esl_event.ts";

/**
 * Something happened to a channel: `CHANNEL_CREATE`, `CHANNEL_ANSWER`, `CHANNEL_PARK`...
 *
 * @example
 * ```ts
 * import { EslChannelEvent, parsePlainEvent } from "@sofia/phone/esl";
 * import assert from "node:assert/strict";
 *
 * const text = "Unique-ID: 7\nCall-Direction: inbound\nCaller-Caller-ID-Name: %E9\n\n";
 * const event = new EslChannelEvent(parsePlainEvent(new TextEncoder().encode(text)));
 * assert.deepEqual([event.uuid, event.direction, event.callerName], ["7", "inbound", "\u00e9"]);
 * ```
 */
export class EslChannelEvent extends EslEvent {
  /** Whether FreeSWITCH was called (`inbound`) or calls (`outbound`). */
  get direction(): "inbound" | "outbound" | undefined {
    const direction = this.get("Call-Direction");
    return direction === "inbound" || direction === "outbound" ? direction : undefined;
  }

  /** The channel's name, such as `sofia/internal/100@192.0.2.1`. */
  get channelName(): string | undefined {
    return this.get("Channel-Name");
  }

  /** What the caller calls itself. */
  get callerName(): string | undefined {
    return this.get("Caller-Caller-ID-Name");
  }

  /** The caller's number. */
  get callerNumber(): string | undefined {
    return this.get("Caller-Caller-ID-Number");
  }

  /** The number that was called. */
  get destination(): string | undefined {
    return this.get("Caller-Destination-Number");
  }

  /** The state machine's state, such as `CS_EXECUTE`. */
  get state(): string | undefined {
    return this.get("Channel-State");
  }

  /** The call's state, such as `RINGING`, `ACTIVE`, `HELD`. */
  get callState(): string | undefined {
    return this.get("Channel-Call-State");
  }

  /** Whether it rings, is answered or has hung up. */
  get answerState(): string | undefined {
    return this.get("Answer-State");
  }

  /** What both legs of a bridged call have in common. */
  get callUuid(): string | undefined {
    return this.get("Channel-Call-UUID");
  }

  /** The channel at the other end of the bridge. */
  get otherUuid(): string | undefined {
    return this.get("Other-Leg-Unique-ID");
  }

  /** The SIP Call-ID of the leg. */
  get sipCallId(): string | undefined {
    return this.variable("sip_call_id");
  }
}
