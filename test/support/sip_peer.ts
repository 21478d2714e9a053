/** The other end of a call on a {@link SipWire}, which writes its messages out in full. */

import { bodyOf, fieldOf, fieldsOf, type Sent, sip, type SipWire, toTagOf } from "./sip_wire.ts";

/** A session description that only needs to be told from others. */
export function sdp(name: string): string {
  return `v=0\r\ns=${name}\r\n`;
}

/** The same as bytes. */
export function sdpBytes(name: string): Uint8Array {
  return new TextEncoder().encode(sdp(name));
}

/** What a request of the peer has besides the usual. */
export interface PeerParts {
  /** Further lines of the head. @default none */
  readonly lines?: readonly string[];
  /** A body, which is a session description unless a line says otherwise. @default none */
  readonly body?: string;
  /** @default the next number of the call, or for ACK and CANCEL that of the INVITE */
  readonly cseq?: number;
  /** @default a new one for each request, or for CANCEL that of the INVITE */
  readonly branch?: string;
  /** @default what the user agent has answered with */
  readonly toTag?: string;
}

/** One call from the caller's side. */
export class SipPeer {
  readonly callId: string;
  /** Our tag. */
  readonly tag = "peer-tag";
  /** The tag of the user agent under test. */
  toTag = "";
  cseq = 1;
  inviteCSeq = 0;
  inviteBranch = "";
  readonly #wire: SipWire;
  #branches = 0;

  constructor(wire: SipWire, callId = "call-1") {
    this.#wire = wire;
    this.callId = callId;
  }

  /** The text of a request. */
  text(method: string, parts: PeerParts = {}): string {
    const { lines = [], body = "", toTag = this.toTag } = parts;
    const follows = method === "ACK" || method === "CANCEL";
    const cseq = parts.cseq ?? (follows ? this.inviteCSeq : this.cseq++);
    const branch = parts.branch ??
      (method === "CANCEL" ? this.inviteBranch : `z9hG4bK-${this.callId}-${++this.#branches}`);
    if (method === "INVITE") {
      this.inviteCSeq = cseq;
      this.inviteBranch = branch;
    }
    const head = [
      `${method} sip:1000@192.0.2.10:5070 SIP/2.0`,
      `Via: SIP/2.0/UDP 192.0.2.20:5060;branch=${branch}`,
      "Max-Forwards: 70",
      `From: "Caller" <sip:1001@192.0.2.20>;tag=${this.tag}`,
      `To: <sip:1000@192.0.2.10>${toTag === "" ? "" : `;tag=${toTag}`}`,
      `Call-ID: ${this.callId}`,
      `CSeq: ${cseq} ${method}`,
      "Contact: <sip:1001@192.0.2.20:5060>",
      ...(body === "" || lines.some((line) => line.startsWith("Content-Type"))
        ? []
        : ["Content-Type: application/sdp"]),
      ...lines,
    ];
    return sip(head.join("\n"), body);
  }

  /** Sends a request and gives what comes back. */
  async send(method: string, parts: PeerParts = {}): Promise<Sent[]> {
    const sent = await this.#wire.udp(this.text(method, parts));
    for (const { text } of sent) {
      if (text.startsWith("SIP/2.0 ") && fieldOf(text, "Call-ID") === this.callId) {
        this.toTag ||= toTagOf(text);
      }
    }
    return sent;
  }

  /** A call that is answered and acknowledged, the user agent under test having answered at once. */
  async establish(parts: PeerParts = {}): Promise<Sent[]> {
    const sent = await this.send("INVITE", { body: sdp("offer"), ...parts });
    await this.send("ACK");
    return sent;
  }
}

/**
 * A response to a request of the user agent.
 *
 * @param toTag put into To when that has none
 */
export function respond(
  request: string,
  statusLine: string,
  parts: { readonly lines?: readonly string[]; readonly body?: string; readonly toTag?: string } =
    {},
): string {
  const { lines = [], body = "", toTag = "their-tag" } = parts;
  const to = fieldOf(request, "To");
  const head = [
    `SIP/2.0 ${statusLine}`,
    ...fieldsOf(request, "Via").map((via) => `Via: ${via}`),
    `From: ${fieldOf(request, "From")}`,
    `To: ${to.includes(";tag=") || statusLine.startsWith("100") ? to : `${to};tag=${toTag}`}`,
    `Call-ID: ${fieldOf(request, "Call-ID")}`,
    `CSeq: ${fieldOf(request, "CSeq")}`,
    ...(body === "" ? [] : ["Content-Type: application/sdp"]),
    ...lines,
  ];
  return sip(head.join("\n"), body);
}

/** The name of the session description in a message, as {@link sdp} wrote it; empty without one. */
export function sdpNameOf(text: string): string {
  return /^s=(.*)\r$/m.exec(bodyOf(text))?.[1] ?? "";
}
