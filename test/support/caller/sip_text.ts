/** SIP as text, just enough to place a call; written out by hand so that it shares nothing with the phone. */

/** A message as its start line, its headers and its body. */
export interface SipText {
  readonly startLine: string;
  /** Of a response; 0 of a request. */
  readonly status: number;
  /** Of a request; empty of a response. */
  readonly method: string;
  /** Every value of a header, by its full name in any case. */
  header(name: string): string[];
  readonly body: string;
}

/** Where sound is to be sent to. */
export interface MediaTarget {
  readonly address: string;
  readonly port: number;
  /** `sendrecv`, `sendonly`, `recvonly` or `inactive`. */
  readonly direction: Direction;
}

/** Which way sound is to go, as the offerer sees it. */
export type Direction = "sendrecv" | "sendonly" | "recvonly" | "inactive";

/** What all requests of one call share. */
export interface Line {
  /** Who calls, as the value of From without its tag. @default Independent */
  readonly from?: string;
  readonly callId: string;
  readonly localPort: number;
  readonly rtpPort: number;
  readonly localTag: string;
  /** The To header, with its tag once there is one. */
  to: string;
  /** The request URI. */
  target: string;
}

/** What a message carries, in ASCII. */
export interface SipBody {
  readonly type: string;
  readonly body: string;
}

const NO_BODY: SipBody = { type: "", body: "" };

/** Reads a datagram. */
export function readSip(text: string): SipText {
  const end = text.indexOf("\r\n\r\n");
  const [startLine, ...lines] = text.slice(0, end < 0 ? text.length : end).split("\r\n");
  const fields = lines.map((line) => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()] as const;
  });
  return {
    startLine,
    status: startLine.startsWith("SIP/2.0 ") ? Number(startLine.slice(8, 11)) : 0,
    method: startLine.startsWith("SIP/2.0 ") ? "" : startLine.slice(0, startLine.indexOf(" ")),
    header: (name) =>
      fields.filter(([field]) => field === name.toLowerCase()).map(([, value]) => value),
    body: end < 0 ? "" : text.slice(end + 4),
  };
}

/** An offer or answer of PCMU and telephone-event. */
export function sdp(rtpPort: number, direction: Direction, version: number): SipBody {
  const lines = [
    "v=0",
    `o=- 20518 ${version} IN IP4 127.0.0.1`,
    "s=-",
    "c=IN IP4 127.0.0.1",
    "t=0 0",
    `m=audio ${rtpPort} RTP/AVP 0 101`,
    "a=rtpmap:0 PCMU/8000",
    "a=rtpmap:101 telephone-event/8000",
    "a=fmtp:101 0-15",
    "a=ptime:20",
    `a=${direction}`,
    "",
  ];
  return { type: "application/sdp", body: lines.join("\r\n") };
}

/** A request of a call. */
export function request(
  line: Line,
  method: string,
  cseq: number,
  branch: string,
  { type, body }: SipBody = NO_BODY,
): string {
  return [
    `${method} ${line.target} SIP/2.0`,
    `Via: SIP/2.0/UDP 127.0.0.1:${line.localPort};branch=z9hG4bK${branch};rport`,
    "Max-Forwards: 70",
    `From: ${line.from ?? '"Independent" <sip:caller@127.0.0.1>'};tag=${line.localTag}`,
    `To: ${line.to}`,
    `Call-ID: ${line.callId}`,
    `CSeq: ${cseq} ${method}`,
    `Contact: <sip:caller@127.0.0.1:${line.localPort}>`,
    ...(body === "" ? [] : [`Content-Type: ${type}`]),
    `Content-Length: ${body.length}`,
    "",
    body,
  ].join("\r\n");
}

/** The answer 200 to a request. */
export function okTo(asked: SipText, line: Line, { type, body }: SipBody = NO_BODY): string {
  return [
    "SIP/2.0 200 OK",
    ...["Via", "From", "To", "Call-ID", "CSeq"].flatMap((name) =>
      asked.header(name).map((value) => `${name}: ${value}`)
    ),
    `Contact: <sip:caller@127.0.0.1:${line.localPort}>`,
    ...(body === "" ? [] : [`Content-Type: ${type}`]),
    `Content-Length: ${body.length}`,
    "",
    body,
  ].join("\r\n");
}

/** Where a session description wants its sound. */
export function mediaTarget(body: string): MediaTarget {
  return {
    address: /^c=IN IP[46] (\S+)/m.exec(body)?.[1] ?? "",
    port: Number(/^m=audio (\d+)/m.exec(body)?.[1] ?? 0),
    direction: (/^a=(sendrecv|sendonly|recvonly|inactive)/m.exec(body)?.[1] ??
      "sendrecv") as Direction,
  };
}
