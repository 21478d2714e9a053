/** What is wrong with bytes that should have been a SIP message. */

import type { SipRequest } from "./message.ts";

/** The kinds of faults, to count them by. */
export type SipFaultKind =
  | "too-large"
  | "too-many-headers"
  | "no-end-of-headers"
  | "start-line"
  | "version"
  | "request-uri"
  | "header-syntax"
  | "missing-header"
  | "duplicate-header"
  | "content-length"
  | "cseq"
  | "max-forwards"
  | "address"
  | "via";

/** Bytes that are no SIP message, as data: nothing is thrown for what comes from the network. */
export interface SipFault {
  /** What is wrong, for a counter. */
  readonly fault: SipFaultKind;
  /** What is wrong, for people: also good as the reason phrase of an answer. */
  readonly text: string;
  /** The status an answer should have: 400, 505 or 513. */
  readonly answerStatus: 400 | 505 | 513;
  /**
   * The request as far as it could be read, when it can be answered: it is no ACK, and it has a
   * method and a Via (perhaps an unreadable one; then the answer goes where the packet came from).
   * Other headers may be missing. The body is empty.
   */
  readonly request?: SipRequest;
  /** True when nothing after this can be framed: a stream's connection must close. */
  readonly fatal: boolean;
}
