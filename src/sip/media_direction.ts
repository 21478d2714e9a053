/** Arithmetic of directions, RFC 3264 section 6.1. */

import type { MediaDirection } from "./sdp.ts";

/** True when a side with this direction sends. */
export function sends(direction: MediaDirection): boolean {
  return direction === "sendrecv" || direction === "sendonly";
}

/** True when a side with this direction receives. */
export function receives(direction: MediaDirection): boolean {
  return direction === "sendrecv" || direction === "recvonly";
}

/** The direction of a side that sends, receives, both or none. */
export function directionOf(isSending: boolean, isReceiving: boolean): MediaDirection {
  if (isSending) return isReceiving ? "sendrecv" : "sendonly";
  return isReceiving ? "recvonly" : "inactive";
}
