/** One caller of a soak, from its invitation to the end of its plan. */
import type { Socket } from "node:dgram";
import { randomUUID } from "node:crypto";
import { fraction, SeededRandom, type Tick } from "../../../src/clock/mod.ts";
import { type Line, mediaTarget, okTo, request, sdp, type SipText } from "../caller/sip_text.ts";
import { bindUdp, closeUdp } from "../free_ports.ts";
import type { SoakBeat } from "./soak_beat.ts";
import { SoakEar, type SoakHearing } from "./soak_hearing.ts";
import { SoakMouth } from "./soak_mouth.ts";
import type { SoakPlan } from "./soak_plan.ts";
import type { SoakWire, WireUser } from "./soak_wire.ts";

/** Whoever was to hang up and did not is waited for so long, in ms. */
const PATIENCE_MS = 60_000;

/** Where two ACKs in a row are lost no sound comes for so long, in ms. */
const DEAF_MS = 2000;

/** What callers share. */
export interface SoakWorld {
  readonly wire: SoakWire;
  readonly beat: SoakBeat;
  readonly hearing: SoakHearing;
  /** Payloads of speech. */
  readonly voice: readonly Uint8Array[];
  /** Fires when all callers are to hang up. */
  readonly hurry: AbortSignal;
}

/** What became of a call, as its caller saw it. */
export interface SoakOutcome {
  readonly plan: SoakPlan;
  /** The final answer to its invitation; undefined where there was none. */
  readonly status: number | undefined;
  /** Who ended it; `lost` where the agent was to and did not, `nobody` where it was never answered. */
  readonly end: "caller" | "agent" | "killed" | "lost" | "nobody";
  /** The answer to its BYE, where it said one: undefined if there was none. */
  readonly byeStatus?: number;
  /** Keys that it began to press, and those of them of which the other side was told all. */
  readonly keys: number;
  readonly wholeKeys: number;
  /** From the invitation to its final answer, in ms. */
  readonly setUpMs: number;
}

/** Calls what listens at `port`, does what `plan` says, and tells what became of it. */
export async function soakCall(
  world: SoakWorld,
  plan: SoakPlan,
  port: number,
): Promise<SoakOutcome> {
  const caller = new SoakCaller(world, plan, port, await bindUdp(0));
  return await caller.run();
}

class SoakCaller implements WireUser {
  readonly #world: SoakWorld;
  readonly #plan: SoakPlan;
  readonly #port: number;
  readonly #rtp: Socket;
  readonly #random: SeededRandom;
  readonly #ear: SoakEar;
  readonly #line: Line;
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  readonly #agentHungUp = Promise.withResolvers<void>();
  #cseq = 1;
  #ack: string | undefined;
  #isDead = false;
  #keys = 0;
  #wholeKeys = 0;

  constructor(world: SoakWorld, plan: SoakPlan, port: number, rtp: Socket) {
    this.#world = world;
    this.#plan = plan;
    this.#port = port;
    this.#rtp = rtp;
    this.#random = new SeededRandom(plan.seed);
    this.#ear = new SoakEar(world.hearing);
    this.#line = {
      from: plan.recorded ? '"Recorded" <sip:recorded@127.0.0.1>' : undefined,
      callId: randomUUID(),
      localPort: world.wire.port,
      rtpPort: rtp.address().port,
      localTag: randomUUID().slice(0, 8),
      to: `<sip:${plan.number}@127.0.0.1:${port}>`,
      target: `sip:${plan.number}@127.0.0.1:${port}`,
    };
    rtp.on("message", (bytes) => this.#ear.receive(bytes));
    // The port that it speaks to is closed: the call is over there.
    rtp.on("error", () => {});
    world.wire.join(this.#line.callId, this);
  }

  loses(): boolean {
    return this.#isDead || fraction(this.#random) < this.#plan.line.sipLost;
  }

  async run(): Promise<SoakOutcome> {
    const plan = this.#plan;
    const beganAt = performance.now();
    const answer = await this.#invite();
    const setUpMs = performance.now() - beganAt;
    const isAnswered = answer?.status === 200;
    const outcome = isAnswered ? await this.#talk(answer) : { end: "nobody" as const };
    for (const timer of this.#timers) clearTimeout(timer);
    await closeUdp(this.#rtp);
    this.#world.wire.leave(this.#line.callId);
    return {
      plan,
      status: answer?.status,
      keys: this.#keys,
      wholeKeys: this.#wholeKeys,
      setUpMs,
      ...outcome,
    };
  }

  receive(message: SipText): void {
    if (message.status >= 200) {
      // The final answer to its INVITE came again, or that to a CANCEL.
      if (message.header("CSeq")[0].endsWith("INVITE")) this.#acknowledge(message);
      return;
    }
    if (message.status !== 0 || message.method === "ACK") return;
    const offers = message.method === "INVITE" || message.method === "UPDATE";
    const body = offers ? sdp(this.#line.rtpPort, "sendrecv", 2) : undefined;
    this.#send(okTo(message, this.#line, body));
    if (message.method === "BYE") this.#agentHungUp.resolve();
  }

  async #invite(): Promise<SipText | undefined> {
    const plan = this.#plan;
    const branch = randomUUID();
    const text = request(this.#line, "INVITE", 1, branch, this.#offer());
    let rings: () => void = () => {};
    const ringing = new Promise<void>((resolve) => rings = resolve);
    if (plan.kind === "cancel") {
      // Not before a provisional answer. RFC 3261, section 9.1.
      this.#after(plan.cancelMs, () => void ringing.then(() => this.#cancel(branch)));
    }
    const answer = await this.#ask(text, "INVITE", 1, rings);
    if (answer === undefined) return undefined;
    this.#line.to = answer.header("To")[0];
    if (answer.status < 300) {
      this.#line.target = /<([^>]+)>/.exec(answer.header("Contact")[0])?.[1] ?? this.#line.target;
      if (plan.kind === "unacknowledged") this.#isDead = true;
    }
    const inTransaction = answer.status < 300 ? randomUUID() : branch;
    this.#ack = request(this.#line, "ACK", 1, inTransaction);
    this.#acknowledge(answer);
    return answer;
  }

  #cancel(branch: string): void {
    // An answer may have come meanwhile: then it changes nothing.
    if (this.#ack === undefined) {
      void this.#ask(request(this.#line, "CANCEL", 1, branch), "CANCEL", 1);
    }
  }

  #acknowledge({ header }: SipText): void {
    if (this.#ack !== undefined && header("CSeq")[0] === "1 INVITE") this.#send(this.#ack);
  }

  async #talk(answer: SipText): Promise<Pick<SoakOutcome, "end" | "byeStatus">> {
    const beganAt = performance.now();
    const [plan, world] = [this.#plan, this.#world];
    if (this.#isDead) return { end: "killed" };
    if (plan.kind === "cancel") return await this.#bye();
    this.#ear.answered();
    const { port } = mediaTarget(answer.body);
    const mouth = new SoakMouth({
      ...plan,
      ...{ socket: this.#rtp, port, voice: world.voice, random: this.#random },
      stranger: (bytes, to) => world.wire.sendRaw(bytes, to),
    });
    const tick: Tick = world.beat.add(() => mouth.tick());
    for (const { digit, at } of plan.keys) {
      this.#after(plan.talkMs * at, () => {
        this.#keys++;
        if (plan.keysBy === "info") void this.#info(digit);
        else mouth.press(digit, () => this.#wholeKeys++);
      });
    }
    const waitMs = plan.talkMs + (plan.hangsUp === "agent" ? PATIENCE_MS : 0);
    const isOver = await this.#over(waitMs);
    tick.remove();
    const talkedMs = performance.now() - beganAt;
    if (this.#ear.packets === 0 && talkedMs > DEAF_MS) world.hearing.deaf.push(plan);
    if (isOver === "agent") return { end: "agent" };
    if (plan.kind === "killed") {
      this.#isDead = true;
      return { end: "killed" };
    }
    const said = await this.#bye();
    return plan.hangsUp === "agent" && isOver === "late" ? { ...said, end: "lost" } : said;
  }

  /** Waits until the agent hangs up, time is up, or all are to hurry. */
  #over(waitMs: number): Promise<"agent" | "late" | "hurry"> {
    const { hurry } = this.#world;
    return new Promise((resolve) => {
      const done = (why: "agent" | "late" | "hurry") => {
        hurry.removeEventListener("abort", onHurry);
        resolve(why);
      };
      const onHurry = () => done("hurry");
      void this.#agentHungUp.promise.then(() => done("agent"));
      this.#after(waitMs, () => done("late"));
      hurry.addEventListener("abort", onHurry);
      if (hurry.aborted) done("hurry");
    });
  }

  async #bye(): Promise<Pick<SoakOutcome, "end" | "byeStatus">> {
    const cseq = ++this.#cseq;
    const answer = await this.#ask(request(this.#line, "BYE", cseq, randomUUID()), "BYE", cseq);
    return { end: "caller", byeStatus: answer?.status };
  }

  async #info(digit: string): Promise<void> {
    const cseq = ++this.#cseq;
    const body = { type: "application/dtmf-relay", body: `Signal=${digit}\r\nDuration=100\r\n` };
    const text = request(this.#line, "INFO", cseq, randomUUID(), body);
    if ((await this.#ask(text, "INFO", cseq))?.status === 200) this.#wholeKeys++;
  }

  #ask(
    text: string,
    method: string,
    cseq: number,
    onProgress?: (answer: SipText) => void,
  ): Promise<SipText | undefined> {
    const key = `${this.#line.callId} ${cseq} ${method}`;
    return this.#world.wire.ask(text, this.#port, { key, user: this, onProgress });
  }

  #send(text: string): void {
    this.#world.wire.send(text, this.#port, this);
  }

  #after(ms: number, then: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      then();
    }, ms);
    this.#timers.add(timer);
  }

  #offer(): { type: string; body: string } {
    const good = sdp(this.#line.rtpPort, "sendrecv", 1);
    if (this.#plan.offer === "good") return good;
    if (this.#plan.offer === "unreadable") return { ...good, body: "nonsense" };
    const body = good.body.replace("RTP/AVP 0 101", "RTP/AVP 18 101")
      .replace("rtpmap:0 PCMU/8000", "rtpmap:18 G729/8000");
    return { ...good, body };
  }
}
