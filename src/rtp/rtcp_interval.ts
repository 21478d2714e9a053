import { fraction, type Random } from "../clock/mod.ts";

/** What the time between two reports depends on, RFC 3550 section 6.3.1. */
export interface RtcpIntervalInput {
  /** Participants, ourselves included. */
  readonly members: number;
  /** Participants that send, ourselves included. */
  readonly senders: number;
  /** Whether we are one of the senders. */
  readonly weSend: boolean;
  /** The size of a usual RTCP datagram with its IP and UDP headers, in bytes. */
  readonly averageBytes: number;
  /** What all RTCP of the session may take, in bytes per second. */
  readonly bytesPerSecond: number;
  /** No report was sent yet: the least interval is half of what it is later. */
  readonly initial: boolean;
  /** The least interval, in ms: 5000, or the reduced minimum. */
  readonly minimumMs: number;
}

/** e - 3/2: what timer reconsideration takes off the mean, RFC 3550 section 6.3.1. */
const COMPENSATION = Math.E - 1.5;

/**
 * The time until the next report in ms, random between half and one and a half times the fair share:
 * RFC 3550 section 6.3.1 and appendix A.7.
 */
export function rtcpInterval(input: RtcpIntervalInput, random: Random): number {
  const { members, senders, weSend, averageBytes, initial, minimumMs } = input;
  let { bytesPerSecond } = input;
  let sharers = members;
  // Senders share a quarter of the bandwidth while they are a quarter of the members at most.
  if (senders > 0 && senders <= members / 4) {
    bytesPerSecond *= weSend ? 0.25 : 0.75;
    sharers = weSend ? senders : members - senders;
  }
  const fairMs = averageBytes * sharers * 1000 / bytesPerSecond;
  const leastMs = initial ? minimumMs / 2 : minimumMs;
  return Math.max(fairMs, leastMs) * (fraction(random) + 0.5) / COMPENSATION;
}
