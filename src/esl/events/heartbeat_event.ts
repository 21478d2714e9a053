import { EslEvent } from "../esl_event.ts";

/**
 * FreeSWITCH is alive (`HEARTBEAT`), every 20 s unless its configuration says otherwise.
 *
 * @example
 * ```ts
 * import { EslHeartbeatEvent, parsePlainEvent } from "@sofia/phone/esl";
 * import assert from "node:assert/strict";
 *
 * const text = "Session-Count: 2\nMax-Sessions: 1000\nUptime-msec: 59649\nIdle-CPU: 38.5\n\n";
 * const event = new EslHeartbeatEvent(parsePlainEvent(new TextEncoder().encode(text)));
 * assert.deepEqual([event.sessions, event.maxSessions, event.uptimeMs], [2, 1000, 59649]);
 * ```
 */
export class EslHeartbeatEvent extends EslEvent {
  /** How many channels there are. */
  get sessions(): number | undefined {
    return this.number("Session-Count");
  }

  /** How many there may be. */
  get maxSessions(): number | undefined {
    return this.number("Max-Sessions");
  }

  /** How long it has been running, in milliseconds. */
  get uptimeMs(): number | undefined {
    return this.number("Uptime-msec");
  }

  /** How much of the processor is idle, in percent. */
  get idlePercent(): number | undefined {
    return this.number("Idle-CPU");
  }
}
