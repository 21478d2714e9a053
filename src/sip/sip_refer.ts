/** A transfer that the peer asks for: REFER, RFC 3515. */

/** A REFER in a call, to be accepted or declined, and then reported on. */
export interface SipRefer {
  /** The URI to call, as it was written in Refer-To: `sip:1002@10.0.0.1`. */
  readonly target: string;
  /** The Referred-By field as it was written, or undefined. */
  readonly referredBy: string | undefined;
  /**
   * Tells the peer how the transfer goes, as a NOTIFY with a status line.
   *
   * Does nothing before the REFER was accepted, after a final status, and once the call has ended.
   *
   * @param status 100-699; 200 and above is final and ends the reports
   * @param reason the reason phrase; the usual one for the status when absent
   */
  report(status: number, reason?: string): void;
}
