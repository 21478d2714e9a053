/** How much a user agent takes on. */

/** Bounds of a user agent; beyond each it refuses politely where it can, and counts. */
export interface SipLimits {
  /**
   * Bytes of one message, on UDP and TCP.
   * @default 65535
   */
  readonly maxMessageBytes?: number;
  /**
   * Requests remembered at a time, most of them answered ones that are kept for 32 s to recognise
   * repetitions: two for each incoming call. A new INVITE beyond gets 503; a call there is has some
   * to spare.
   * @default 100000
   */
  readonly maxTransactions?: number;
  /**
   * New INVITEs from one source address that are remembered at a time. One beyond gets 503.
   * @default 50000
   */
  readonly maxTransactionsPerSource?: number;
  /**
   * Calls at a time. An INVITE beyond gets 503.
   * @default 10000
   */
  readonly maxCalls?: number;
  /**
   * Calls at a time from one source address. An INVITE beyond gets 503.
   * @default 5000
   */
  readonly maxCallsPerSource?: number;
  /**
   * TCP connections at a time. One beyond is closed at once.
   * @default 1000
   */
  readonly maxConnections?: number;
  /**
   * TCP connections at a time from one source address. One beyond is closed at once.
   * @default 200
   */
  readonly maxConnectionsPerSource?: number;
  /**
   * Bytes that wait to be written on one TCP connection before it is given up.
   * @default 1000000
   */
  readonly maxWriteBufferBytes?: number;
  /**
   * Bytes of incomplete messages on all TCP connections together. A connection that goes beyond is
   * closed.
   * @default 16000000
   */
  readonly maxPartialBytes?: number;
  /**
   * Milliseconds that a message may take to arrive in full on TCP.
   * @default 10000
   */
  readonly partialMessageMs?: number;
  /**
   * Milliseconds after which a silent TCP connection that no call uses is closed.
   * @default 120000
   */
  readonly idleConnectionMs?: number;
}

/** The limits that hold when none are given. */
export const DEFAULT_SIP_LIMITS: Required<SipLimits> = {
  maxMessageBytes: 65_535,
  maxTransactions: 100_000,
  maxTransactionsPerSource: 50_000,
  maxCalls: 10_000,
  maxCallsPerSource: 5_000,
  maxConnections: 1_000,
  maxConnectionsPerSource: 200,
  maxWriteBufferBytes: 1_000_000,
  maxPartialBytes: 16_000_000,
  partialMessageMs: 10_000,
  idleConnectionMs: 120_000,
};
