import { Probation } from "./probation.ts";
import { isReachable, type RtpAddress, sameRtpAddress } from "./rtp_address.ts";
import type { ReceivedRtpPacket } from "./rtp_packet.ts";

/** When a {@link SourceLock} trusts whom. */
export interface SourceLockOptions {
  /** Where SDP says the peer is. @default unknown until {@link SourceLock.signal} */
  readonly signalled?: RtpAddress;
  /** Packets in sequence an address SDP does not name has to show. `Infinity` trusts none. @default 4 */
  readonly probationPackets?: number;
  /** The least time those packets take, in ms, so that a burst proves nothing. @default 50 */
  readonly probationMs?: number;
  /** How long the locked source is silent before another can take its place, in ms. @default 2000 */
  readonly silenceMs?: number;
  /**
   * How long the locked source is silent before one with another SSRC can, in ms, once it was heard for
   * a while. Whoever pauses as it has nothing to say is not to be replaced by whoever guesses a port.
   * @default 10000
   */
  readonly otherSsrcSilenceMs?: number;
  /** Packets in sequence with which the locked source changes its SSRC. @default 2 */
  readonly ssrcProbationPackets?: number;
}

/** What a {@link SourceLock} kept out, and how often it moved. */
export interface SourceLockCounters {
  /** Packets kept out because of the address they came from. */
  wrongSource: number;
  /** Packets kept out because the locked source did not go on with their SSRC. */
  wrongSsrc: number;
  /** Times the lock moved to another address. */
  moves: number;
  /** Times the locked source changed its SSRC. */
  ssrcChanges: number;
}

/** A source that is or was trusted. */
interface Source {
  readonly address: RtpAddress;
  ssrc: number;
  heardAt: number;
  packets: number;
}

const NONE: readonly ReceivedRtpPacket[] = [];
/** Packets by which a source was heard for a while: a second. */
const KNOWN_PACKETS = 50;
/** How many strangers at a time can be on probation. */
const STRANGERS = 32;

/**
 * Decides whose packets are the peer's, so that nobody else can speak in a call.
 *
 * An address is all that tells a peer from one who has guessed SSRC, sequence number and timestamp,
 * so the address rules:
 * 1. The address from SDP is trusted from its first packet, whoever was trusted before.
 * 2. Another one (a phone behind NAT) is followed if a few packets came from it in sequence with one
 *    SSRC, and nothing came from the trusted one meanwhile: nothing ever, or for `silenceMs`. What goes
 *    on from elsewhere goes on with its SSRC, so that another one is followed after
 *    `otherSsrcSilenceMs` only.
 * 3. Of those, the one that was trusted for the most packets is trusted again at once when it is back
 *    with its SSRC: who took its place while it was silent is out.
 * 4. A new SSRC from the trusted address is believed after two packets in sequence.
 *
 * Packets of a probation that is passed are not lost: they come out together when it is.
 *
 * @example
 * ```ts
 * import { type ReceivedRtpPacket, SourceLock } from "@sofia/phone/rtp";
 * import assert from "node:assert/strict";
 *
 * const peer = { address: "192.0.2.1", port: 4000 };
 * const stranger = { address: "192.0.2.1", port: 4002 };
 * const lock = new SourceLock({ signalled: peer });
 * const packet: ReceivedRtpPacket = {
 *   payloadType: 0, marker: false, sequenceNumber: 1, timestamp: 0, ssrc: 7,
 *   payload: new Uint8Array(160), receivedAt: 0, kind: "audio",
 * };
 * assert.deepEqual(lock.push(packet, peer), [packet]);
 * assert.deepEqual(lock.push(packet, stranger), []);
 * assert.deepEqual(lock.remote, peer);
 * ```
 */
export class SourceLock {
  /** What was kept out so far. */
  readonly counters: SourceLockCounters = {
    wrongSource: 0,
    wrongSsrc: 0,
    moves: 0,
    ssrcChanges: 0,
  };
  readonly #probationPackets: number;
  readonly #probationMs: number;
  readonly #silenceMs: number;
  readonly #otherSsrcSilenceMs: number;
  readonly #ssrcProbationPackets: number;
  readonly #strangers = new Map<string, Probation>();
  #signalled: RtpAddress | undefined;
  #locked: Source | undefined;
  /** Of the sources that lost their place, the one with the most packets. */
  #senior: Source | undefined;
  #newSsrc: Probation | undefined;

  /** Starts with no source trusted. */
  constructor(options: SourceLockOptions = {}) {
    const {
      signalled,
      probationPackets = 4,
      probationMs = 50,
      silenceMs = 2000,
      otherSsrcSilenceMs = 10_000,
      ssrcProbationPackets = 2,
    } = options;
    this.#probationPackets = probationPackets;
    this.#probationMs = probationMs;
    this.#silenceMs = silenceMs;
    this.#otherSsrcSilenceMs = otherSsrcSilenceMs;
    this.#ssrcProbationPackets = ssrcProbationPackets;
    if (signalled) this.signal(signalled);
  }

  /** Where to send to: the trusted source, else where SDP says. */
  get remote(): RtpAddress | undefined {
    return this.#locked?.address ?? this.#signalled;
  }

  /** The SSRC of the trusted source. */
  get ssrc(): number | undefined {
    return this.#locked?.ssrc;
  }

  /** Whether this address may send RTCP: the port the peer sends RTP from, or the one after it. */
  trusts({ address, port }: RtpAddress): boolean {
    const remote = this.remote;
    return remote !== undefined && (port === remote.port || port === remote.port + 1) &&
      sameRtpAddress(remote, { address, port: remote.port });
  }

  /**
   * Tells where SDP says the peer is; another place than before starts anew.
   *
   * A session refresh that names the same place changes nothing, and neither does "nowhere"
   * (0.0.0.0 or port 0), by which older phones hold a call.
   */
  signal(address: RtpAddress): void {
    if (!isReachable(address)) return;
    if (this.#signalled && sameRtpAddress(this.#signalled, address)) return;
    this.#signalled = { address: address.address, port: address.port };
    if (this.#locked && sameRtpAddress(this.#locked.address, address)) return;
    this.#discardProbations();
    this.#locked = undefined;
    this.#senior = undefined;
  }

  /** Takes a packet and where it came from; gives the packets that are the peer's. */
  push(packet: ReceivedRtpPacket, from: RtpAddress): readonly ReceivedRtpPacket[] {
    const locked = this.#locked;
    if (locked && sameRtpAddress(locked.address, from)) return this.#fromLocked(locked, packet);
    if (this.#signalled && sameRtpAddress(this.#signalled, from)) {
      return this.#move(from, packet.ssrc, [packet]);
    }
    if (this.#isSenior(packet, from)) return this.#move(from, packet.ssrc, [packet]);
    return this.#fromStranger(packet, from);
  }

  #fromLocked(locked: Source, packet: ReceivedRtpPacket): readonly ReceivedRtpPacket[] {
    locked.heardAt = packet.receivedAt;
    this.#discardStrangers();
    if (packet.ssrc === locked.ssrc) {
      locked.packets++;
      this.#newSsrc?.interrupt();
      return [packet];
    }
    if (this.#newSsrc?.ssrc !== packet.ssrc) {
      this.counters.wrongSsrc += this.#newSsrc?.clear() ?? 0;
      this.#newSsrc = new Probation(packet.ssrc);
    }
    const probation = this.#newSsrc;
    this.counters.wrongSsrc += probation.push(packet);
    if (!probation.passed(this.#ssrcProbationPackets, 0)) return NONE;
    locked.ssrc = packet.ssrc;
    this.#newSsrc = undefined;
    this.counters.ssrcChanges++;
    return probation.release();
  }

  #fromStranger(packet: ReceivedRtpPacket, from: RtpAddress): readonly ReceivedRtpPacket[] {
    const locked = this.#locked;
    if (locked && packet.receivedAt - locked.heardAt < this.#patienceWith(packet, locked)) {
      this.counters.wrongSource++;
      return NONE;
    }
    const key = `${from.address} ${from.port}`;
    let probation = this.#strangers.get(key);
    if (probation?.ssrc !== packet.ssrc) {
      this.counters.wrongSource += probation?.clear() ?? 0;
      if (!probation && this.#strangers.size >= STRANGERS) this.#evict();
      probation = new Probation(packet.ssrc);
      this.#strangers.set(key, probation);
    }
    this.counters.wrongSource += probation.push(packet);
    if (!probation.passed(this.#probationPackets, this.#probationMs)) return NONE;
    return this.#move(from, packet.ssrc, probation.release());
  }

  /** How long `locked` has to be silent before the sender of `packet` can take its place, in ms. */
  #patienceWith({ ssrc }: ReceivedRtpPacket, locked: Source): number {
    const isOther = ssrc !== locked.ssrc && locked.packets >= KNOWN_PACKETS;
    return isOther ? this.#otherSsrcSilenceMs : this.#silenceMs;
  }

  #move(
    from: RtpAddress,
    ssrc: number,
    packets: readonly ReceivedRtpPacket[],
  ): readonly ReceivedRtpPacket[] {
    const before = this.#locked;
    if (before) this.counters.moves++;
    const returned = this.#senior && sameRtpAddress(this.#senior.address, from);
    this.#locked = {
      address: { address: from.address, port: from.port },
      ssrc,
      heardAt: packets[packets.length - 1].receivedAt,
      packets: packets.length + (returned ? this.#senior!.packets : 0),
    };
    if (returned || !this.#senior) this.#senior = before;
    else if (before && before.packets > this.#senior.packets) this.#senior = before;
    if (this.#signalled && sameRtpAddress(this.#signalled, from)) this.#senior = undefined;
    this.#discardProbations();
    return packets;
  }

  #isSenior(packet: ReceivedRtpPacket, from: RtpAddress): boolean {
    const senior = this.#senior;
    return senior !== undefined && senior.ssrc === packet.ssrc &&
      senior.packets > (this.#locked?.packets ?? 0) && sameRtpAddress(senior.address, from);
  }

  /** Gives up who has shown least, so that many who send one packet do not push out a peer. */
  #evict(): void {
    let weakest: [string, Probation] | undefined;
    for (const entry of this.#strangers) {
      if (!weakest || entry[1].inSequence < weakest[1].inSequence) weakest = entry;
    }
    if (!weakest) return;
    this.#strangers.delete(weakest[0]);
    this.counters.wrongSource += weakest[1].clear();
  }

  #discardStrangers(): void {
    if (this.#strangers.size === 0) return;
    for (const probation of this.#strangers.values()) {
      this.counters.wrongSource += probation.clear();
    }
    this.#strangers.clear();
  }

  #discardProbations(): void {
    this.#discardStrangers();
    this.counters.wrongSsrc += this.#newSsrc?.clear() ?? 0;
    this.#newSsrc = undefined;
  }
}
