/**
 * A telephone of our own that shares no line of code with the phone under test: SIP over UDP by literal
 * text, PCMU by the definition of G.711, one packet each 20 ms by a loop of its own.
 */
import type { Socket } from "node:dgram";
import { randomUUID } from "node:crypto";
import { bindUdp, closeUdp } from "../free_ports.ts";
import { Heard } from "./heard.ts";
import { readRtp } from "./rtp_bytes.ts";
import { RtpVoice } from "./rtp_voice.ts";
import {
  type Direction,
  type Line,
  type MediaTarget,
  mediaTarget,
  okTo,
  readSip,
  request,
  sdp,
  type SipBody,
  type SipText,
} from "./sip_text.ts";

/** After this many ms without an answer a request is sent again, and again. */
const REPEAT_MS = 500;

/** One call to a SIP endpoint on 127.0.0.1, from before the INVITE until both sockets are closed. */
export class IndependentCaller implements AsyncDisposable {
  /** What it heard. */
  readonly heard = new Heard();
  /** Speaks to the media address of the last answer. */
  readonly voice: RtpVoice;
  /** Methods of the requests the other side sent, in order. */
  readonly asked: string[] = [];
  /** What the other side's offers, in the call, let it do: `sendonly` holds it. */
  readonly offered: Direction[] = [];
  /** Provisional answers to its INVITE, in order: 100, 180, 183. */
  readonly progress: SipText[] = [];
  /**
   * What it does when it is asked to call somebody else: it gives the status it then tells. Without it
   * such a request is refused.
   */
  onRefer: ((target: string) => Promise<number>) | undefined;
  /** The Reason with which the other side hung up, once it has. */
  goodbye: string | undefined;
  /**
   * Whether what it sends within the call goes to the Contact of the answer, as it should without a route
   * set; else to where the INVITE went, as by a telephone that has a proxy for all it sends.
   */
  followsContact = false;
  /** Settles when the other side hangs up. */
  readonly hungUp: Promise<void>;
  /** Where the other side wants its sound. */
  media: MediaTarget = { address: "", port: 0, direction: "inactive" };

  #headers: Readonly<Record<string, string>>;
  #sip: Socket;
  #rtp: Socket;
  #port: number;
  #line: Line;
  #cseq = 0;
  #version = 0;
  #saidBye = false;
  #waiting = new Map<string, (response: SipText) => void>();
  #acks = new Map<string, string>();
  #tellHungUp: () => void = () => {};
  /** What was sent last is on its way. */
  #sent: Promise<void> = Promise.resolve();

  private constructor(
    sip: Socket,
    rtp: Socket,
    port: number,
    { user, headers, from }: {
      user: string;
      headers: Readonly<Record<string, string>>;
      from?: string;
    },
  ) {
    this.#headers = headers;
    this.#sip = sip;
    this.#rtp = rtp;
    this.#port = port;
    this.voice = new RtpVoice(rtp);
    this.#line = {
      from,
      callId: randomUUID(),
      localPort: sip.address().port,
      rtpPort: rtp.address().port,
      localTag: randomUUID().slice(0, 8),
      to: `<sip:${user}@127.0.0.1:${port}>`,
      target: `sip:${user}@127.0.0.1:${port}`,
    };
    this.hungUp = new Promise((resolve) => this.#tellHungUp = resolve);
    sip.on("message", (bytes) => this.#receive(readSip(bytes.toString("utf8"))));
    rtp.on("message", (bytes) => {
      const packet = readRtp(bytes);
      if (packet !== undefined) this.heard.arrivals.push({ ...packet, at: performance.now() });
    });
  }

  /** What names the call on the wire. */
  get callId(): string {
    return this.#line.callId;
  }

  /** Names another target in what it sends from now on, which still goes the way it went. */
  set target(uri: string) {
    this.#line.target = uri;
  }

  /** Gets ready to call the endpoint at `port` of 127.0.0.1, with more fields in what it sends. */
  static async open(
    port: number,
    user = "agent",
    headers: Readonly<Record<string, string>> = {},
    from?: string,
  ): Promise<IndependentCaller> {
    return new IndependentCaller(await bindUdp(0), await bindUdp(0), port, { user, headers, from });
  }

  /** Opens and invites, as somebody else than itself if it is told who; rejects when it is refused. */
  static async call(port: number, user = "agent", from?: string): Promise<IndependentCaller> {
    const who = { user, headers: {}, from };
    const caller = new IndependentCaller(await bindUdp(0), await bindUdp(0), port, who);
    const answer = await caller.invite();
    if (answer.status === 200) return caller;
    await caller.close();
    throw new Error(`Cannot call port ${port} as it answers: current value is ${answer.startLine}`);
  }

  /** Sends an INVITE, acknowledges what comes, and tells the final answer. Again: a re-INVITE. */
  async invite(direction: Direction = "sendrecv"): Promise<SipText> {
    const body = sdp(this.#line.rtpPort, direction, ++this.#version);
    const answer = await this.#ask("INVITE", body);
    if (answer.status >= 300) return answer;
    this.#line.to = answer.header("To")[0];
    this.#line.target = /<([^>]+)>/.exec(answer.header("Contact")[0])?.[1] ?? this.#line.target;
    if (this.followsContact) this.#port = Number(/:(\d+)/.exec(this.#line.target.slice(4))?.[1]);
    this.media = mediaTarget(answer.body);
    this.voice.target = this.media;
    this.#acknowledge(answer);
    return answer;
  }

  /** Sends OPTIONS and tells the answer. */
  options(): Promise<SipText> {
    return this.#ask("OPTIONS");
  }

  /** Sends INFO with a body and tells the answer. */
  info(type: string, body: string): Promise<SipText> {
    return this.#ask("INFO", { type, body });
  }

  /** Hangs up and tells the answer's status. */
  async bye(): Promise<number> {
    this.#saidBye = true;
    return (await this.#ask("BYE")).status;
  }

  /** Lets go of both ports, whatever became of the call. */
  async close(): Promise<void> {
    await this.#sent;
    await Promise.all([closeUdp(this.#sip), closeUdp(this.#rtp)]);
  }

  /** Hangs up if the call may still be there, and closes. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.media.port !== 0 && !this.asked.includes("BYE") && !this.#saidBye) {
      await this.bye().catch(() => {});
    }
    await this.close();
  }

  #send(text: string): void {
    const more = Object.entries(this.#headers).map(([name, value]) => `${name}: ${value}\r\n`);
    const whole = text.replace("Max-Forwards: 70\r\n", (field) => `${field}${more.join("")}`);
    // Deno drops what is still to be sent when a socket is closed.
    this.#sent = new Promise((resolve) =>
      this.#sip.send(whole, this.#port, "127.0.0.1", () => resolve())
    );
  }

  async #ask(method: string, body?: SipBody): Promise<SipText> {
    const cseq = ++this.#cseq;
    const text = request(this.#line, method, cseq, randomUUID(), body);
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      return await new Promise((resolve, reject) => {
        let left = 20;
        const send = (): void => {
          if (left-- === 0) return reject(new Error(`Nobody answers ${method}`));
          this.#send(text);
          timer = setTimeout(send, REPEAT_MS);
        };
        this.#waiting.set(`${cseq} ${method}`, (response) => {
          clearTimeout(timer);
          if (response.status < 200) return void this.progress.push(response);
          if (method === "INVITE" && response.status >= 300) this.#refuse(text, response);
          resolve(response);
        });
        send();
      });
    } finally {
      clearTimeout(timer);
    }
  }

  /** A 2xx is acknowledged by a request of its own, as often as it comes. RFC 3261, section 13.2.2.4. */
  #acknowledge(answer: SipText): void {
    const cseq = answer.header("CSeq")[0];
    const ack = request(this.#line, "ACK", Number.parseInt(cseq), randomUUID());
    this.#acks.set(cseq, ack);
    this.#send(ack);
  }

  /** Another answer is acknowledged within the INVITE's transaction. RFC 3261, section 17.1.1.3. */
  #refuse(invite: string, response: SipText): void {
    const head = invite.slice(0, invite.indexOf("\r\nContact:"));
    const ack = head.replace(/^INVITE/, "ACK").replace(/ INVITE$/m, " ACK")
      .replace(/^To: .*$/m, `To: ${response.header("To")[0]}`);
    this.#send(`${ack}\r\nContent-Length: 0\r\n\r\n`);
  }

  /** RFC 3515: 202, and then NOTIFYs about the call. */
  async #refer(message: SipText): Promise<void> {
    const answer = okTo(message, this.#line);
    if (this.onRefer === undefined) {
      this.#send(answer.replace("200 OK", "501 Not Implemented"));
      return;
    }
    this.#send(answer.replace("200 OK", "202 Accepted"));
    this.#notify("100 Trying", "active;expires=60");
    const target = /<([^>]+)>/.exec(message.header("Refer-To")[0])?.[1] ?? "";
    this.#notify(`${await this.onRefer(target)} Done`, "terminated;reason=noresource");
  }

  #notify(status: string, state: string): void {
    const body = { type: "message/sipfrag;version=2.0", body: `SIP/2.0 ${status}\r\n` };
    const text = request(this.#line, "NOTIFY", ++this.#cseq, randomUUID(), body);
    const fields = `Event: refer\r\nSubscription-State: ${state}\r\n`;
    this.#send(text.replace("Max-Forwards: 70\r\n", (field) => `${field}${fields}`));
  }

  /** An offer to only send is answered by that to only receive. RFC 3264, section 6.1. */
  #answerTo({ body }: SipText): SipBody {
    const { direction } = body === "" ? { direction: "sendrecv" as const } : mediaTarget(body);
    if (body !== "") this.offered.push(direction);
    const own = direction === "sendonly" ? "recvonly" : "sendrecv";
    return sdp(this.#line.rtpPort, own, ++this.#version);
  }

  #receive(message: SipText): void {
    const cseq = message.header("CSeq")[0] ?? "";
    if (message.status !== 0) {
      const ack = this.#acks.get(cseq);
      if (ack !== undefined && message.status < 300) this.#send(ack);
      else this.#waiting.get(cseq)?.(message);
      return;
    }
    if (message.method === "ACK") return;
    this.asked.push(message.method);
    if (message.method === "REFER") return void this.#refer(message);
    const offers = message.method === "INVITE" || message.method === "UPDATE";
    this.#send(okTo(message, this.#line, offers ? this.#answerTo(message) : undefined));
    if (message.method === "BYE") {
      this.goodbye = message.header("Reason")[0];
      this.#tellHungUp();
    }
  }
}
