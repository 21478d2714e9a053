/**
 * A telephone of our own that is called, and shares no line of code with the phone under test: SIP over
 * UDP by literal text, PCMU by the definition of G.711.
 */
import type { Socket } from "node:dgram";
import { randomUUID } from "node:crypto";
import { bindUdp, closeUdp } from "../free_ports.ts";
import { Heard } from "./heard.ts";
import { readRtp } from "./rtp_bytes.ts";
import { RtpVoice } from "./rtp_voice.ts";
import { type Line, mediaTarget, readSip, request, sdp, type SipText } from "./sip_text.ts";

/** One call that came to an {@link IndependentCallee}. */
export class CalleeLeg {
  /** What it heard. */
  readonly heard = new Heard();
  /** Speaks to the other side. */
  readonly voice: RtpVoice;
  /** The INVITE. */
  readonly invite: SipText;
  /** Resolves when the other side has hung up, or given up before the answer. */
  readonly over: Promise<"BYE" | "CANCEL">;
  /** The Reason field of that, if it had one. */
  reason: string | undefined;
  readonly #sip: Socket;
  readonly #rtp: Socket;
  readonly #port: number;
  readonly #tag = randomUUID().slice(0, 8);
  #tellOver: (how: "BYE" | "CANCEL") => void = () => {};

  /** A call that waits for its answer. */
  constructor(sip: Socket, rtp: Socket, port: number, invite: SipText) {
    this.#sip = sip;
    this.#rtp = rtp;
    this.#port = port;
    this.invite = invite;
    this.voice = new RtpVoice(rtp);
    this.voice.target = mediaTarget(invite.body);
    this.over = new Promise((resolve) => this.#tellOver = resolve);
    rtp.on("message", (bytes) => {
      const packet = readRtp(bytes);
      if (packet !== undefined) this.heard.arrivals.push({ ...packet, at: performance.now() });
    });
  }

  /** Says that it rings. */
  ring(): void {
    this.#respond(this.invite, "180 Ringing");
  }

  /** Takes the call. */
  answer(): void {
    const { port } = this.#rtp.address();
    this.#respond(this.invite, "200 OK", sdp(port, "sendrecv", 1));
  }

  /** Lets the caller hear something before the answer, on this branch of a forked call. */
  progress(tag = this.#tag, codec: "PCMU" | "PCMA" = "PCMU"): void {
    const { port } = this.#rtp.address();
    const { type, body } = sdp(port, "sendrecv", 1);
    const number = codec === "PCMU" ? "0" : "8";
    const answer = body.replace(/RTP\/AVP 0/, `RTP/AVP ${number}`)
      .replace(/rtpmap:0 PCMU/, `rtpmap:${number} ${codec}`);
    this.#respond(this.invite, "183 Session Progress", { type, body: answer }, { tag });
  }

  /** Does not take the call, as with `486 Busy Here`; `lines` are further fields. */
  refuse(status: string, lines: readonly string[] = []): void {
    this.#respond(this.invite, status, undefined, { lines });
  }

  /** Hangs up. */
  hangUp(): void {
    const line: Line = {
      callId: this.invite.header("Call-ID")[0],
      localPort: this.#port,
      rtpPort: 0,
      localTag: this.#tag,
      to: this.invite.header("From")[0],
      target: /<([^>]+)>/.exec(this.invite.header("Contact")[0])?.[1] ?? "",
    };
    this.#send(request(line, "BYE", 1, randomUUID()));
  }

  /** Another request of this call came. For the callee. */
  receive(message: SipText): void {
    if (message.method === "ACK") return;
    this.reason ??= message.header("Reason")[0];
    const body = message.method === "INVITE"
      ? sdp(this.#rtp.address().port, "sendrecv", 2)
      : undefined;
    this.#respond(message, "200 OK", body);
    if (message.method === "CANCEL") {
      this.#respond(this.invite, "487 Request Terminated");
      this.#tellOver("CANCEL");
    }
    if (message.method === "BYE") this.#tellOver("BYE");
  }

  /** Lets go of its port. */
  close(): Promise<void> {
    return closeUdp(this.#rtp);
  }

  #respond(
    asked: SipText,
    status: string,
    body = { type: "", body: "" },
    { tag = this.#tag, lines: further = [] }: { tag?: string; lines?: readonly string[] } = {},
  ): void {
    const to = asked.header("To")[0];
    const lines = [
      `SIP/2.0 ${status}`,
      ...asked.header("Via").map((via) => `Via: ${via}`),
      ...["From", "Call-ID", "CSeq"].map((name) => `${name}: ${asked.header(name)[0]}`),
      `To: ${to.includes("tag=") ? to : `${to};tag=${tag}`}`,
      `Contact: <sip:human@127.0.0.1:${this.#port}>`,
      ...further,
      ...(body.body === "" ? [] : [`Content-Type: ${body.type}`]),
      `Content-Length: ${body.body.length}`,
      "",
      body.body,
    ];
    this.#send(lines.join("\r\n"), asked);
  }

  #send(text: string, asked: SipText = this.invite): void {
    const port = Number(/^SIP\/2\.0\/UDP [^:;]+:(\d+)/.exec(asked.header("Via")[0])?.[1]);
    this.#sip.send(text, port, "127.0.0.1");
  }
}

/** A telephone at a port of 127.0.0.1 to which any number of calls may come. */
export class IndependentCallee implements AsyncDisposable {
  /** Where it is called: `sip:human@127.0.0.1:<port>`. */
  readonly port: number;
  /** All calls that came. */
  readonly legs: CalleeLeg[] = [];
  readonly #sip: Socket;
  /** What it does with each call. */
  onCall: (leg: CalleeLeg) => void;
  readonly #waiting: ((leg: CalleeLeg) => void)[] = [];
  #told = 0;

  private constructor(sip: Socket, onCall: (leg: CalleeLeg) => void) {
    this.#sip = sip;
    this.onCall = onCall;
    this.port = sip.address().port;
    sip.on("message", (bytes) => void this.#receive(readSip(bytes.toString("utf8"))));
  }

  /** A telephone that does with each call what `onCall` says: by default it answers. */
  static async open(
    onCall: (leg: CalleeLeg) => void = (leg) => leg.answer(),
  ): Promise<IndependentCallee> {
    return new IndependentCallee(await bindUdp(0), onCall);
  }

  /** The next call that nobody has asked for yet. */
  next(): Promise<CalleeLeg> {
    if (this.#told < this.legs.length) return Promise.resolve(this.legs[this.#told++]);
    return new Promise((resolve) => void this.#waiting.push(resolve));
  }

  /** Lets go of its ports, whatever became of the calls. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([closeUdp(this.#sip), ...this.legs.map((leg) => leg.close())]);
  }

  async #receive(message: SipText): Promise<void> {
    if (message.status !== 0) return;
    const callId = message.header("Call-ID")[0];
    const known = this.legs.find(({ invite }) => invite.header("Call-ID")[0] === callId);
    const isAgain = known !== undefined &&
      known.invite.header("CSeq")[0] === message.header("CSeq")[0] && message.method === "INVITE";
    if (isAgain || (known === undefined && message.method !== "INVITE")) return;
    if (known !== undefined) return known.receive(message);
    const leg = new CalleeLeg(this.#sip, await bindUdp(0), this.port, message);
    this.legs.push(leg);
    this.onCall(leg);
    const waiting = this.#waiting.shift();
    if (waiting !== undefined) {
      this.#told++;
      waiting(leg);
    }
  }
}
