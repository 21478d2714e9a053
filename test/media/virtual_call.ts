/** A media session on virtual time, and the telephone at its other end. */

import type { Backend, ConversationOptions, HistoryEntry } from "../../src/backend/mod.ts";
import { SeededRandom, Ticker, VirtualClock } from "../../src/clock/mod.ts";
import { CODEC_NAMES, codecFor, codecsNamed } from "../../src/codec/mod.ts";
import {
  type Chain,
  type ConversationEvent,
  type MediaKey,
  type MediaParameters,
  MediaSession,
  RtpLine,
} from "../../src/media/mod.ts";
import { parseRtpPacket, type RtpPacket, serializeRtpPacket } from "../../src/rtp/mod.ts";
import type { TurnOptions } from "../../src/turn/mod.ts";
import type { PortLease } from "../../src/udp/mod.ts";
import type { Detector } from "../../src/vad/mod.ts";
import { VirtualNetwork, type VirtualSocket } from "../support/virtual_network.ts";

const PHONE = { address: "192.0.2.1", port: 4000 };
const OURS = { address: "192.0.2.2", port: 5000 };

export const parameters: MediaParameters = {
  codec: { name: "PCMU", clockRate: 8000, payloadType: 0 },
  payloadTypes: { send: 0, receive: 0 },
  telephoneEvent: { send: 101, receive: 101, clockRate: 8000 },
  remoteRtp: PHONE,
  remoteRtcp: { ...PHONE, port: 4001 },
  rtcpMux: false,
  direction: "sendrecv",
};

export interface VirtualCallOptions {
  readonly backend: Backend;
  readonly detector?: Detector;
  readonly pipeline?: (chain: Chain) => Chain;
  /** Whether the telephone has acknowledged the answer. @default true */
  readonly confirmed?: boolean;
  /** When in each 20 ms the telephone's packets leave, in ms. */
  readonly phaseMs?: number;
  readonly turns?: TurnOptions;
  readonly inbandDtmf?: boolean;
  readonly conversation?: ConversationOptions;
  /** What both sides agreed on. @default PCMU */
  readonly parameters?: MediaParameters;
  /** Time; it wins over `phaseMs`. */
  readonly clock?: VirtualClock;
}

/** A packet as the telephone got it. */
export interface Heard extends RtpPacket {
  readonly at: number;
}

/** One call: what the telephone does, and what it hears. */
export class VirtualCall {
  readonly clock: VirtualClock;
  readonly network: VirtualNetwork;
  readonly session: MediaSession;
  readonly ended: Promise<void>;
  readonly heard: Heard[] = [];
  readonly keys: MediaKey[] = [];
  readonly errors: unknown[] = [];
  readonly events: ConversationEvent[] = [];
  readonly history: HistoryEntry[] = [];
  detectorsMade = 0;
  detectorsClosed = 0;
  readonly #abort = new AbortController();
  readonly #agreed: MediaParameters;
  readonly #phone: VirtualSocket;
  readonly #lease: PortLease;
  readonly #line: RtpLine;
  #sequenceNumber = 100;
  #timestamp = 5000;

  constructor(options: VirtualCallOptions) {
    const { backend, detector, pipeline, phaseMs = 7 } = options;
    this.#agreed = options.parameters ?? parameters;
    this.clock = options.clock ?? new VirtualClock(phaseMs);
    this.network = new VirtualNetwork(this.clock);
    const rtp = this.network.open(OURS);
    const rtcp = this.network.open({ ...OURS, port: 5001 });
    this.#phone = this.network.open(PHONE);
    void this.#phone.readable.pipeTo(
      new WritableStream({
        write: ({ data, receivedAt }) => {
          const packet = parseRtpPacket(data);
          if (typeof packet !== "string") this.heard.push({ ...packet, at: receivedAt });
        },
      }),
    );
    const release = () => Promise.all([rtp.close(), rtcp.close()]).then(() => {});
    this.#lease = { rtp, rtcp, release };
    this.#line = new RtpLine({
      clock: this.clock,
      random: new SeededRandom(1),
      wallClock: () => 0,
      lease: this.#lease,
      codec: codecFor(codecsNamed(CODEC_NAMES), this.#agreed.codec)!.create(this.#agreed.codec),
      parameters: this.#agreed,
    });
    this.session = new MediaSession({
      clock: this.clock,
      ticker: new Ticker(this.clock),
      line: this.#line,
      detector: () => {
        this.detectorsMade++;
        return {
          detect: (samples, rate) => detector?.detect(samples, rate) ?? 0,
          close: () => void this.detectorsClosed++,
        };
      },
      backend,
      call: { sessionId: "1", from: { user: "alice" }, to: { user: "bot" }, headers: {} },
      history: this.history,
      signal: this.#abort.signal,
      pipeline,
      turns: options.turns,
      conversation: options.conversation,
      onEvent: (event) => void this.events.push(event),
      inbandDtmf: options.inbandDtmf,
      onDtmf: (key) => void this.keys.push(key),
      onError: (error) => void this.errors.push(error),
    });
    if (options.confirmed ?? true) this.session.confirm();
    this.ended = this.session.run();
    this.ended.catch(() => {});
  }

  /** Goes on under what both sides agree on anew. */
  agree(parameters: MediaParameters): void {
    this.#line.agree(parameters);
  }

  /** Sends a packet as it is said, at once. */
  transmit(packet: Pick<RtpPacket, "sequenceNumber" | "timestamp" | "ssrc" | "payload">): void {
    this.#phone.send(serializeRtpPacket({ payloadType: 0, marker: false, ...packet }), OURS);
  }

  /** Sends a packet and lets its 20 ms pass; undefined lets them pass in silence. */
  async send(payload: Uint8Array | undefined, packet: Partial<RtpPacket> = {}): Promise<void> {
    this.put(payload, packet);
    await this.clock.advance(20);
  }

  /** Sends a packet, where somebody else lets the time pass. */
  put(payload: Uint8Array | undefined, packet: Partial<RtpPacket> = {}): void {
    if (payload !== undefined) {
      this.#phone.send(
        serializeRtpPacket({
          payloadType: this.#agreed.payloadTypes.receive,
          marker: false,
          sequenceNumber: this.#sequenceNumber++ & 0xffff,
          timestamp: this.#timestamp,
          ssrc: 77,
          payload,
          ...packet,
        }),
        OURS,
      );
    }
    this.#timestamp += this.#agreed.codec.clockRate / 50;
  }

  /** Ends the call and waits until nothing is left of it. */
  async end(): Promise<void> {
    this.#abort.abort(new Error("The call is over"));
    await this.ended;
    await this.#lease.release();
  }
}

/** A payload that no other is like. */
export function numbered(number: number): Uint8Array {
  return Uint8Array.from({ length: 160 }, (_, i) => 128 + ((number * 31 + i * 7) % 120));
}
