/** Why a door closes a WebSocket: the private range of RFC 6455 section 7.4.2, by the statuses of HTTP. */

/** The codes. */
export const CLOSED = {
  /** The call is over. */
  over: 1000,
  /** What came is no message of the protocol. */
  bad: 4400,
  /** Who came may not. */
  forbidden: 4403,
  /** Nothing came that says who calls. */
  timeout: 4408,
  /** A message is too long. */
  tooLarge: 4413,
  /** Messages come faster than a call has them. */
  flood: 4429,
} as const;
