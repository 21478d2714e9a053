/** What is known of header fields by their name. */

/** One header field's name. */
export interface HeaderName {
  /** The long name in lower case, which is how names are compared. */
  readonly key: string;
  /** The long name as it is written. */
  readonly name: string;
  /** A bit of its own for a field that may stand only once, or 0. */
  readonly single: number;
}

// Fields whose second value would make it unclear what the message asks for. A second Subject or
// User-Agent is as wrong by the grammar, but nobody is misled by it.
const SINGLE = [
  "Call-ID",
  "Content-Disposition",
  "Content-Type",
  "CSeq",
  "Event",
  "Expires",
  "From",
  "Max-Forwards",
  "Min-Expires",
  "Min-SE",
  "RAck",
  "Refer-To",
  "Referred-By",
  "Replaces",
  "Retry-After",
  "RSeq",
  "Session-Expires",
  "Subscription-State",
  "To",
];

const MANY = [
  ...["Accept", "Accept-Contact", "Accept-Encoding", "Accept-Language", "Alert-Info", "Allow"],
  ...["Allow-Events", "Authentication-Info", "Authorization", "Call-Info", "Contact"],
  ...["Content-Encoding", "Content-Language", "Content-Length", "Date", "Diversion", "Error-Info"],
  ...["History-Info", "Identity", "Identity-Info", "In-Reply-To", "MIME-Version", "Organization"],
  ...["P-Asserted-Identity", "P-Preferred-Identity", "Path", "Priority", "Privacy"],
  ...["Proxy-Authenticate", "Proxy-Authorization", "Proxy-Require", "Reason", "Record-Route"],
  ...["Refer-Sub", "Reject-Contact", "Remote-Party-ID", "Reply-To", "Request-Disposition"],
  ...["Require", "Route", "Server", "Service-Route", "SIP-ETag", "SIP-If-Match", "Subject"],
  ...["Supported", "Target-Dialog", "Timestamp", "Unsupported", "User-Agent", "Via"],
  ...["Warning", "WWW-Authenticate"],
];

// https://www.iana.org/assignments/sip-parameters: the compact forms of RFC 3261 and its extensions.
const COMPACT: readonly (readonly [letter: string, name: string])[] = [
  ["a", "Accept-Contact"],
  ["b", "Referred-By"],
  ["c", "Content-Type"],
  ["d", "Request-Disposition"],
  ["e", "Content-Encoding"],
  ["f", "From"],
  ["i", "Call-ID"],
  ["j", "Reject-Contact"],
  ["k", "Supported"],
  ["l", "Content-Length"],
  ["m", "Contact"],
  ["o", "Event"],
  ["r", "Refer-To"],
  ["s", "Subject"],
  ["t", "To"],
  ["u", "Allow-Events"],
  ["v", "Via"],
  ["x", "Session-Expires"],
  ["y", "Identity"],
];

const KNOWN = knownNames();

/** The field that `name` names: in any case, long or compact. An unknown one keeps its spelling. */
export function headerName(name: string): HeaderName {
  // Nearly every name is spelt in the usual way: the first look-up finds it.
  const known = KNOWN.get(name);
  if (known !== undefined) return known;
  const key = name.toLowerCase();
  return KNOWN.get(key) ?? { key, name, single: 0 };
}

function knownNames(): Map<string, HeaderName> {
  const known = new Map<string, HeaderName>();
  const add = (name: string, single: number) => {
    const header = { key: name.toLowerCase(), name, single };
    known.set(name, header).set(header.key, header);
  };
  SINGLE.forEach((name, position) => add(name, 1 << position));
  for (const name of MANY) add(name, 0);
  for (const [letter, name] of COMPACT) known.set(letter, known.get(name)!);
  return known;
}
