/** What a user agent has seen. */

/** Counts since the start of a user agent, and a few of what there is now. */
export interface SipCounters {
  /** Messages that came and could be read. */
  received: number;
  /** Messages that were sent, repetitions and the answers to keep-alives on TCP included. */
  sent: number;
  /**
   * Messages that came and could not be read, by kind of fault; `internal` are those that could be
   * read and on which this program failed, which none should.
   */
  faults: Record<string, number>;
  /** Requests that came again and were answered as before. */
  repeatedRequests: number;
  /** Messages of ours that were sent again as no answer came. */
  retransmissions: number;
  /** Responses and ACKs that belong to nothing known; they are ignored. */
  stray: number;
  /** Requests refused as a limit was reached, by limit. */
  refused: Record<string, number>;
  /** TCP connections closed for the sake of a limit, by limit. */
  closed: Record<string, number>;
  /** Messages that could not be sent: a UDP socket refused them, a TCP connection was not there. */
  sendErrors: number;
  /** Datagrams that came faster than they could be read, and were dropped. */
  dropped: number;
  /** Errors thrown by handlers of the application. */
  handlerErrors: number;
  /** Calls now. */
  calls: number;
  /** Transactions now. */
  transactions: number;
  /** TCP connections now. */
  connections: number;
}

/** Counters at zero. */
export function newSipCounters(): SipCounters {
  return {
    ...{ received: 0, sent: 0, faults: {}, repeatedRequests: 0, retransmissions: 0, stray: 0 },
    ...{ refused: {}, closed: {}, sendErrors: 0, dropped: 0, handlerErrors: 0 },
    ...{ calls: 0, transactions: 0, connections: 0 },
  };
}

/** Adds one to a count by name. */
export function count(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}
