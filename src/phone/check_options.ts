/** What is wrong with the options of a phone is told at once, and not to the first caller. */

import { conversationFrom, requireBackend } from "../backend/mod.ts";
import { TurnDetector } from "../turn/mod.ts";
import type { PhoneHandlerOptions } from "./phone_options.ts";

/**
 * Does nothing for options that can work.
 *
 * @throws {RangeError | TypeError} for others; it says what to change
 */
export function checkOptions(options: PhoneHandlerOptions): void {
  const { voiceBackend, conversation, turns, pipeline, onCall } = options;
  const { maxCalls = 1, sipHost, advertisedHost, drainMs = 0 } = options;
  requireBackend(voiceBackend);
  conversationFrom(conversation);
  requireDrainMs(drainMs);
  new TurnDetector(turns);
  if (!Number.isInteger(maxCalls) || maxCalls < 1) {
    throw new RangeError(
      `Cannot answer calls as maxCalls is a whole number of at least 1: current value is ${maxCalls}`,
    );
  }
  if (advertisedHost === undefined && (sipHost === "0.0.0.0" || sipHost === "::")) {
    throw new TypeError(
      `Cannot answer calls as callers need an address to send to: name it by advertisedHost ` +
        `when sipHost is ${sipHost}`,
    );
  }
  if (onCall !== undefined && typeof onCall !== "function") {
    throw new TypeError(
      "Cannot answer calls as onCall is a function that is given each call: " +
        `current value is ${onCall}`,
    );
  }
  if (pipeline !== undefined && typeof pipeline !== "function") {
    throw new TypeError(
      "Cannot answer calls as pipeline is a function that changes a chain: " +
        `current value is ${pipeline}`,
    );
  }
}

/** @throws {RangeError} for what is no time that calls may go on */
export function requireDrainMs(drainMs: number): void {
  if (drainMs >= 0) return;
  throw new RangeError(`Cannot drain as drainMs is 0 or more: current value is ${drainMs}`);
}
