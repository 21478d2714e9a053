/**
 * Many callers in one process that shares no code with the phone: one socket for their SIP, one each
 * for their sound, and one loop by which they speak, each at its own moment of the 20 ms.
 */
import { createSocket, type Socket } from "node:dgram";
import { randomUUID } from "node:crypto";
import {
  type Line as SipLine,
  mediaTarget,
  okTo,
  readSip,
  request,
  sdp,
  type SipText,
} from "../../test/support/caller/sip_text.ts";
import type { Line } from "./line.ts";

const HOST = "127.0.0.1";
const PERIOD_MS = 20;
/** Between two invitations: 50 a second. */
const INVITE_EVERY_MS = 20;
/** A request without an answer is sent again after this, and given up after so many times. */
const REPEAT_MS = 500;
const REPEATS = 20;

/** A call: its two directions of sound, and the words it was set up by. */
interface Member<L extends Line> {
  readonly line: L;
  readonly socket: Socket;
  readonly sip: SipLine;
  /** Where its sound goes, once that is known. */
  target: number | undefined;
}

/** Who calls whom, by the caller's index. */
export interface CrowdOptions<L extends Line> {
  /** What a caller says and hears, given the source of its packets. */
  readonly line: (ssrc: number) => L;
  /** The number it dials. @default bot */
  readonly number?: (index: number) => string;
}

/** Callers of one phone. */
export class Crowd<L extends Line = Line> implements AsyncDisposable {
  readonly #members: Member<L>[] = [];
  readonly #sip: Socket;
  readonly #port: number;
  readonly #answers = new Map<string, (answer: SipText) => void>();
  #speaking: ReturnType<typeof setTimeout> | undefined;

  private constructor(sip: Socket, port: number) {
    this.#sip = sip;
    this.#port = port;
    sip.on("message", (bytes) => this.#receive(readSip(bytes.toString())));
  }

  /** Gets `count` callers ready for what listens at `port` of 127.0.0.1. */
  static async gather<L extends Line>(
    count: number,
    port: number,
    { line: make, number = () => "bot" }: CrowdOptions<L>,
  ): Promise<Crowd<L>> {
    const crowd = new Crowd<L>(await bind(), port);
    for (let i = 0; i < count; i++) {
      const [socket, line] = [await bind(), make(i + 1)];
      socket.on("message", (bytes) => line.receive(bytes));
      const sip = {
        callId: randomUUID(),
        localPort: crowd.#sip.address().port,
        rtpPort: socket.address().port,
        localTag: randomUUID().slice(0, 8),
        to: `<sip:${number(i)}@${HOST}:${port}>`,
        target: `sip:${number(i)}@${HOST}:${port}`,
      };
      crowd.#members.push({ line, socket, sip, target: undefined });
    }
    return crowd;
  }

  /** The lines of all callers. */
  get lines(): readonly L[] {
    return this.#members.map(({ line }) => line);
  }

  /** Calls, one caller after another; each speaks from its answer on. */
  async call(): Promise<void> {
    this.#speak();
    const calls: Promise<void>[] = [];
    for (const member of this.#members) {
      calls.push(this.#invite(member));
      await new Promise((resolve) => setTimeout(resolve, INVITE_EVERY_MS));
    }
    await Promise.all(calls);
  }

  /** Speaks to what listens at the port without a word of SIP. */
  speak(): void {
    for (const member of this.#members) member.target = this.#port;
    this.#speak();
  }

  /** Hangs up those that were answered, and says no more. */
  async hangUp(): Promise<void> {
    clearTimeout(this.#speaking);
    await Promise.all(this.#members.map(({ sip }) => this.#ask(sip, "BYE", 2)));
  }

  /** Lets go of all sockets. */
  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#speaking);
    const sockets = [this.#sip, ...this.#members.map(({ socket }) => socket)];
    await Promise.all(sockets.map((one) => new Promise<void>((done) => void one.close(done))));
  }

  /** Sends to each member in its turn, on absolute deadlines, for as long as it is not told to stop. */
  #speak(): void {
    const members = this.#members;
    const start = performance.now();
    let turn = 0;
    const dueAt = () => start + turn * PERIOD_MS / members.length;
    const step = () => {
      for (; dueAt() <= performance.now(); turn++) {
        const { socket, line, target } = members[turn % members.length];
        if (target !== undefined) socket.send(line.next(dueAt()), target, HOST);
      }
      this.#speaking = setTimeout(step, Math.max(1, Math.ceil(dueAt() - performance.now())));
    };
    step();
  }

  async #invite(member: Member<L>): Promise<void> {
    const { sip } = member;
    const answer = await this.#ask(sip, "INVITE", 1, sdp(sip.rtpPort, "sendrecv", 1));
    if (answer.status !== 200) throw new Error(`Cannot call: the answer is ${answer.startLine}`);
    sip.to = answer.header("To")[0];
    sip.target = /<([^>]+)>/.exec(answer.header("Contact")[0])?.[1] ?? sip.target;
    member.target = mediaTarget(answer.body).port;
    this.#sip.send(request(sip, "ACK", 1, randomUUID()), this.#port, HOST);
  }

  /** Asks until a final answer comes. */
  #ask(sip: SipLine, method: string, cseq: number, body = NO_BODY): Promise<SipText> {
    const text = request(sip, method, cseq, randomUUID(), body);
    return new Promise((resolve, reject) => {
      let left = REPEATS;
      const send = () => {
        if (left-- === 0) return stop(() => reject(new Error(`Nobody answers ${method}`)));
        this.#sip.send(text, this.#port, HOST);
      };
      const repeat = setInterval(send, REPEAT_MS);
      const stop = (settle: () => void) => {
        clearInterval(repeat);
        settle();
      };
      this.#answers.set(`${sip.callId} ${cseq} ${method}`, (answer) => {
        stop(() => answer.status >= 200 && resolve(answer));
      });
      send();
    });
  }

  #receive(message: SipText): void {
    const [callId] = message.header("Call-ID");
    const member = this.#members.find(({ sip }) => sip.callId === callId);
    if (member === undefined) return;
    if (message.status === 0) this.#sip.send(okTo(message, member.sip), this.#port, HOST);
    else this.#answers.get(`${callId} ${message.header("CSeq")[0]}`)?.(message);
  }
}

const NO_BODY = { type: "", body: "" };

/** A socket on any port; Deno would give each datagram 64 KB if it were not told better. */
function bind(): Promise<Socket> {
  const isDeno = "Deno" in globalThis;
  const socket = createSocket({ type: "udp4", ...(isDeno && { recvBufferSize: 2048 }) });
  return new Promise((resolve) => void socket.bind(0, HOST, () => resolve(socket)));
}
