/** Where a packet comes from or goes to. */
export interface RtpAddress {
  /** An IPv4 or IPv6 address, without brackets. */
  readonly address: string;
  /** 1-65,535. */
  readonly port: number;
}

/**
 * Whether two addresses are one, however they are written.
 *
 * `::ffff:192.0.2.1` is 192.0.2.1 as a socket for both families shows it, and IPv6 addresses differ
 * in case, zeros and zone.
 */
export function sameRtpAddress(one: RtpAddress, other: RtpAddress): boolean {
  return one.port === other.port &&
    (one.address === other.address || canonical(one.address) === canonical(other.address));
}

/** Whether one can send there; SDP says 0.0.0.0 or port 0 for nowhere. */
export function isReachable({ address, port }: RtpAddress): boolean {
  const host = canonical(address);
  return port > 0 && port <= 65_535 && host !== "" && host !== "0.0.0.0" && host !== "::";
}

function canonical(address: string): string {
  if (!address.includes(":")) return address.toLowerCase();
  const plain = address.toLowerCase().replace(/%.*$/, "").replace(/^::ffff:(?=[\d.]+$)/, "");
  const url = `http://[${plain}]`;
  return plain.includes(":") && URL.canParse(url) ? new URL(url).hostname.slice(1, -1) : plain;
}
