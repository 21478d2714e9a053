/** The network side of a call's sound: what arrives is read, what leaves gets its headers. */

import type { Clock, Random } from "../clock/mod.ts";
import {
  DtmfSender,
  RtcpSession,
  type RtpDepacketizer,
  RtpDepacketizerStream,
  RtpPacketizer,
  type RtpPayloadFormat,
} from "../rtp/mod.ts";
import type { Datagram, PortLease } from "../udp/mod.ts";
import { maySend, type MediaParameters } from "./media_parameters.ts";

/** What an {@link RtpLink} needs. */
export interface RtpLinkOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly lease: PortLease;
  readonly parameters: MediaParameters;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  /** Called with each key that goes down. */
  readonly onDtmf: (digit: string) => void;
  /** Called with the time at which each packet of sound came. */
  readonly onArrival: (receivedAt: number) => void;
}

/** Joins a call's sockets to RTP, RTCP and the keys of the telephone. */
export class RtpLink {
  /** The stage that takes datagrams to the caller's packets. */
  readonly depacketizer: RtpDepacketizerStream;
  readonly #clock: Clock;
  readonly #lease: PortLease;
  readonly #packetizer: RtpPacketizer;
  readonly #rtcp: RtcpSession;
  #parameters: MediaParameters;
  #dtmf: DtmfSender | undefined;

  constructor(options: RtpLinkOptions) {
    const { clock, random, lease, parameters, wallClock, onDtmf, onArrival } = options;
    this.#clock = clock;
    this.#lease = lease;
    this.#parameters = parameters;
    this.#packetizer = new RtpPacketizer(random);
    this.depacketizer = new RtpDepacketizerStream({
      formats: formatsOf(parameters),
      source: { signalled: parameters.remoteRtp },
      onDtmf: ({ type, digit }) => {
        if (type === "start") onDtmf(digit);
      },
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

  /** What has come from the network, and whom we trust. */
  get core(): RtpDepacketizer {
    return this.depacketizer.depacketizer;
  }

  /** What the other side says of the sound we send. */
  get quality(): RtcpSession["quality"] {
    return this.#rtcp.quality;
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
      this.#dtmf = new DtmfSender(telephoneEvent.send, { clockRate: telephoneEvent.clockRate });
    }
  }

  /** Presses keys, one after another, in the place of sound. */
  sendDtmf(digits: string): void {
    if (this.#dtmf === undefined) {
      throw new TypeError(
        "Cannot press keys as the other side takes telephone-events: its SDP names none",
      );
    }
    for (const digit of digits) this.#dtmf.send(digit);
  }

  /** Sends one packet's length of sound, or the key that is down instead. */
  send(payload: Uint8Array, duration: number, marker: boolean): void {
    const now = this.#clock.now();
    this.#pollControl(now);
    const remote = this.core.lock.remote;
    if (!maySend(this.#parameters) || remote === undefined) return this.#packetizer.skip(duration);
    const key = this.#dtmf?.next();
    const { send: payloadType } = this.#parameters.payloadTypes;
    const packet = key === undefined
      ? this.#packetizer.next(payload, duration, {
        payloadType,
        marker: marker || undefined,
        sentAt: now,
      })
      : this.#packetizer.next(key.payload, duration, { ...key, sentAt: now });
    this.#lease.rtp.send(packet, remote);
  }

  /** Lets time pass in which nothing was sent. */
  skip(duration: number): void {
    this.#packetizer.skip(duration);
  }

  /** Reads the socket of RTCP until it ends. */
  async readControl(signal: AbortSignal): Promise<void> {
    const write = ({ data, source, receivedAt }: Datagram) => {
      // Its port is another than that of RTP; its address is not.
      if (source.address === this.core.lock.remote?.address) this.#rtcp.push(data, receivedAt);
    };
    await this.#lease.rtcp?.readable.pipeTo(new WritableStream({ write }), { signal });
  }

  /** Says goodbye. */
  close(): void {
    const now = this.#clock.now();
    this.core.close(now);
    this.#sendControl(this.#rtcp.goodbye(now));
  }

  #pollControl(now: number): void {
    this.core.poll(now);
    const report = this.#rtcp.poll(now);
    if (report !== undefined) this.#sendControl(report);
  }

  #sendControl(bytes: Uint8Array): void {
    const { rtcpMux, remoteRtcp } = this.#parameters;
    if (rtcpMux) {
      const remote = this.core.lock.remote;
      if (remote !== undefined) this.#lease.rtp.send(bytes, remote);
    } else if (remoteRtcp !== undefined) this.#lease.rtcp?.send(bytes, remoteRtcp);
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
