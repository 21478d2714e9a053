/** The network side of a call's sound: what arrives is read, what leaves gets its headers. */

import type { Clock, Random } from "../clock/mod.ts";
import {
  type DtmfEvent,
  type DtmfPacket,
  DtmfSender,
  RtcpSession,
  RtpDepacketizer,
  RtpPacketizer,
  type RtpPayloadFormat,
} from "../rtp/mod.ts";
import type { Datagram, PortLease } from "../udp/mod.ts";
import type { MediaParameters } from "./media_parameters.ts";

/** What an {@link RtpLink} needs. */
export interface RtpLinkOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly lease: PortLease;
  readonly parameters: MediaParameters;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  /** Called with each key that goes down or comes up. */
  readonly onDtmf: (key: DtmfEvent) => void;
  /** Called with the time at which each packet of sound came. */
  readonly onArrival: (receivedAt: number) => void;
}

/** What one packet is. */
export interface RtpLinkPacket {
  /** Its length in ticks of the RTP clock. */
  readonly duration: number;
  /** Whether it starts a talkspurt. */
  readonly marker: boolean;
  /** What it is, if no sound. @default the codec's */
  readonly payloadType?: number;
  /** How long ago what it tells began, in ticks of the RTP clock. @default 0 */
  readonly age?: number;
}

/** Joins a call's sockets to RTP, RTCP and the keys of the telephone. */
export class RtpLink {
  /** What has come from the network, and whom we trust: the core of the chain's first stage. */
  readonly core: RtpDepacketizer;
  readonly #clock: Clock;
  readonly #lease: PortLease;
  readonly #packetizer: RtpPacketizer;
  readonly #rtcp: RtcpSession;
  #parameters: MediaParameters;
  #dtmf: DtmfSender | undefined;
  /** Ticks of the RTP clock that were passed over since the key that is down went down. */
  #skippedInKey = 0;

  constructor(options: RtpLinkOptions) {
    const { clock, random, lease, parameters, wallClock, onDtmf, onArrival } = options;
    this.#clock = clock;
    this.#lease = lease;
    this.#parameters = parameters;
    this.#packetizer = new RtpPacketizer(random);
    this.core = new RtpDepacketizer({
      formats: formatsOf(parameters),
      source: { signalled: parameters.remoteRtp },
      onDtmf,
      onRtcp: (bytes, receivedAt) => this.#rtcp.push(bytes, receivedAt),
      onSound: onArrival,
    });
    this.#rtcp = new RtcpSession({
      sender: this.#packetizer,
      receiver: this.core.statistics,
      random,
      wallClock,
      cname: `${random.uint32().toString(36)}@${lease.rtp.local.address}`,
      now: clock.now(),
      clockRate: parameters.codec.clockRate,
    });
    this.agree(parameters);
  }

  /** What the other side says of the sound we send. */
  get quality(): RtcpSession["quality"] {
    return this.#rtcp.quality;
  }

  /** Whether keys were agreed on. */
  get hasTelephoneEvents(): boolean {
    return this.#dtmf !== undefined;
  }

  /** Goes on under new parameters. */
  agree(parameters: MediaParameters): void {
    const { telephoneEvent, remoteRtp } = parameters;
    const before = this.#parameters.telephoneEvent;
    this.#parameters = parameters;
    this.core.agree(formatsOf(parameters));
    if (remoteRtp !== undefined) this.core.lock.signal(remoteRtp);
    if (telephoneEvent === undefined) this.#dtmf = undefined;
    else if (this.#dtmf === undefined || telephoneEvent.send !== before?.send) {
      this.#dtmf = new DtmfSender(telephoneEvent.send, {
        clockRate: telephoneEvent.clockRate,
        timestampRate: parameters.codec.clockRate,
      });
    }
  }

  /** Presses keys, one after another, in the place of sound. */
  sendDtmf(digits: string): void {
    if (this.#dtmf === undefined) {
      throw new TypeError(
        "Cannot press keys as the other side takes telephone-events: its SDP names none",
      );
    }
    this.#dtmf.send(digits);
  }

  /** The packet of a key that is down, if one is, to be sent in the place of sound. */
  nextKey(): DtmfPacket | undefined {
    return this.#dtmf?.next();
  }

  /** Sends one packet: sound, or a key where `options` says so. */
  send(payload: Uint8Array, options: RtpLinkPacket): void {
    const now = this.#clock.now();
    this.#pollControl(now);
    const { duration, marker, payloadType = this.#parameters.payloadTypes.send } = options;
    if (options.age === 0) this.#skippedInKey = 0;
    // All packets of a key carry the time it went down, or one press would be heard as two.
    const age = options.age && options.age + this.#skippedInKey;
    const remote = this.core.lock.remote;
    if (remote === undefined) return this.#packetizer.skip(duration);
    // Left open, the marker is set where a talkspurt or another payload type begins; a key has one.
    const head = { payloadType, marker: marker || (age ? false : undefined), age, sentAt: now };
    this.#lease.rtp.send(this.#packetizer.next(payload, duration, head), remote);
  }

  /** Lets time pass in which nothing was sent. */
  skip(duration: number): void {
    this.#pollControl(this.#clock.now());
    this.#packetizer.skip(duration);
    this.#skippedInKey += duration;
  }

  /** Reads the socket of RTCP until it ends. */
  async readControl(signal: AbortSignal): Promise<void> {
    const write = ({ data, source, receivedAt }: Datagram) => {
      // Its port is another than that of RTP; its address is not.
      if (source.address === this.core.lock.remote?.address) this.#rtcp.push(data, receivedAt);
    };
    // The socket is not ours to close: another chain may go on with it.
    const options = { signal, preventCancel: true };
    await this.#lease.rtcp?.readable.pipeTo(new WritableStream({ write }), options);
  }

  /** Says goodbye. */
  close(): void {
    const now = this.#clock.now();
    this.core.close(now);
    this.#sendControl(this.#rtcp.goodbye(now));
  }

  #pollControl(now: number): void {
    this.core.poll(now);
    const { ssrc } = this.core.lock;
    if (ssrc !== undefined) this.#packetizer.avoid(ssrc);
    const report = this.#rtcp.poll(now);
    if (report !== undefined) this.#sendControl(report);
  }

  #sendControl(bytes: Uint8Array): void {
    const { rtcpMux, remoteRtcp } = this.#parameters;
    const { remote } = this.core.lock;
    if (remote === undefined) return;
    if (rtcpMux) this.#lease.rtp.send(bytes, remote);
    // A telephone behind NAT has another address than it knows.
    else this.#lease.rtcp?.send(bytes, { ...remote, port: remoteRtcp?.port ?? remote.port + 1 });
  }
}

function formatsOf(parameters: MediaParameters): RtpPayloadFormat[] {
  const { codec, payloadTypes, telephoneEvent, comfortNoise } = parameters;
  const { clockRate } = codec;
  const formats: RtpPayloadFormat[] = [
    { payloadType: payloadTypes.receive, kind: "audio", clockRate },
  ];
  if (comfortNoise !== undefined) {
    formats.push({ payloadType: comfortNoise.receive, kind: "comfort-noise", clockRate });
  }
  if (telephoneEvent !== undefined) {
    const { receive, clockRate } = telephoneEvent;
    formats.push({ payloadType: receive, kind: "telephone-event", clockRate });
  }
  return formats;
}
