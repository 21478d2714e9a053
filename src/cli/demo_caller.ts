/** A telephone in software that calls over loopback, speaks and writes down what it hears. */

import { FRAME_MS, frameSamples } from "../audio/mod.ts";
import { SystemClock, SystemRandom, Ticker } from "../clock/mod.ts";
import { codecsNamed } from "../codec/mod.ts";
import { parseRtpPacket, ReceptionStatistics, RtpPacketizer } from "../rtp/mod.ts";
import { SdpNegotiation, SipUserAgent } from "../sip/mod.ts";
import { type Datagram, openDatagramSocket } from "../udp/mod.ts";

const RATE = 8000;
const FRAME = frameSamples(RATE);

/** A frame of sound and the time at which its packet came or went, in ms of the demo's clock. */
export interface TimedFrame {
  readonly at: number;
  readonly samples: Int16Array;
}

/** One call of the demo, from the answer to the end. */
export interface DemoCall {
  /** From the invitation to the answer, in ms. */
  readonly setUpMs: number;
  /** When the answer came, in ms of the demo's clock. */
  readonly answeredAt: number;
  /** What was sent so far, frame by frame. */
  readonly sent: readonly TimedFrame[];
  /** What was heard so far, frame by frame. */
  readonly heard: readonly TimedFrame[];
  /** Loss and jitter of what was heard. */
  readonly statistics: ReceptionStatistics;
  /** Says something, after what it has been told to say before. Resolves when the last of it left. */
  say(samples: Int16Array): Promise<void>;
  /** Waits until `condition` holds, looked at with every tick, or until `limitMs` have passed. */
  until(condition: () => boolean, limitMs: number): Promise<boolean>;
  /** Hangs up and gives everything back. */
  hangup(): Promise<void>;
}

/**
 * Calls a SIP address and speaks PCMU with it.
 *
 * @throws {Error} when the call is refused
 */
export async function placeCall(target: string): Promise<DemoCall> {
  const clock = new SystemClock();
  const random = new SystemRandom();
  const agent = new SipUserAgent({ port: 0, clock, random });
  const host = "127.0.0.1";
  const [, socket] = await Promise.all([
    agent.start(),
    openDatagramSocket({ host, port: 0, clock }),
  ]);
  const [spec] = codecsNamed(["PCMU"]);
  const codec = spec.create();
  const negotiation = new SdpNegotiation(random);
  const { port } = socket.local;
  const offer = { address: host, port, codecs: [spec.format], rtcpMux: true };

  const invitedAt = clock.now();
  const call = await agent.invite({ target, sdp: negotiation.offer(offer) });
  const answeredAt = clock.now();
  const agreement = negotiation.accept(call.remoteSdp ?? new Uint8Array());
  if (typeof agreement === "string" || "fault" in agreement) {
    throw new Error(`Cannot talk with ${target} as its answer names PCMU: it does not`);
  }

  const packetizer = new RtpPacketizer(random);
  const statistics = new ReceptionStatistics();
  const sent: TimedFrame[] = [];
  const heard: TimedFrame[] = [];
  const speech: { frames: Int16Array[]; done: () => void }[] = [];
  const waiting = new Set<() => void>();

  const ticker = new Ticker(clock);
  const tick = ticker.add(() => {
    const saying = speech[0];
    const samples = saying?.frames.shift() ?? new Int16Array(FRAME);
    const at = clock.now();
    sent.push({ at, samples });
    const packet = packetizer.next(codec.encode(samples), FRAME, { payloadType: 0 });
    if (agreement.remoteRtp !== undefined) socket.send(packet, agreement.remoteRtp);
    if (saying?.frames.length === 0) speech.shift()!.done();
    for (const look of waiting) look();
  });
  const write = ({ data, receivedAt }: Datagram) => {
    const packet = parseRtpPacket(data);
    if (typeof packet === "string" || packet.payloadType !== 0) return;
    statistics.push(packet, receivedAt);
    heard.push({ at: receivedAt, samples: codec.decode(packet.payload) });
  };
  const listening = socket.readable.pipeTo(new WritableStream({ write })).catch(() => {});

  return {
    setUpMs: answeredAt - invitedAt,
    answeredAt,
    sent,
    heard,
    statistics,
    say(samples) {
      const frames: Int16Array[] = [];
      for (let at = 0; at < samples.length; at += FRAME) {
        const frame = new Int16Array(FRAME);
        frame.set(samples.subarray(at, at + FRAME));
        frames.push(frame);
      }
      return new Promise((done) => speech.push({ frames, done }));
    },
    until(condition, limitMs) {
      const limit = clock.now() + limitMs;
      return new Promise((resolve) => {
        const look = () => {
          const held = condition();
          if (!held && clock.now() < limit) return;
          waiting.delete(look);
          resolve(held);
        };
        waiting.add(look);
      });
    },
    async hangup() {
      await call.hangup();
      tick.remove();
      await socket.close();
      await listening;
      await agent.stop();
    },
  };
}

/** How long the frames are together, in ms. */
export function lengthMs(frames: readonly TimedFrame[]): number {
  return frames.length * FRAME_MS;
}
