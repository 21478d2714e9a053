/** A network between user agents that loses, doubles, delays and reorders what they send. */

import { fraction, type SeededRandom, type VirtualClock } from "../../src/clock/mod.ts";
import type { SipNetwork, TcpConnection } from "../../src/sip/mod.ts";
import type { Datagram, DatagramSocket, Endpoint } from "../../src/udp/mod.ts";

/** How bad the network is. */
export interface SipLinkOptions {
  /** The share of datagrams that never arrive, 0-1. @default 0 */
  readonly loss?: number;
  /** The share of datagrams that arrive twice, 0-1. @default 0 */
  readonly doubles?: number;
  /** Every way takes up to so many ms, each datagram its own: they overtake each other. @default 30 */
  readonly delayMs?: number;
  /** The chance with each piece that a TCP connection breaks over it, 0-1. @default 0 */
  readonly breaks?: number;
}

/** One end of a TCP connection. */
class LinkConnection implements TcpConnection {
  readonly pendingBytes = 0;
  onData: (data: Uint8Array) => void = () => {};
  onClose: (error: Error | undefined) => void = () => {};
  far: LinkConnection | undefined;
  isClosed = false;
  readonly #link: SipLink;
  #earliest = 0;

  constructor(readonly remote: Endpoint, link: SipLink) {
    this.#link = link;
  }

  write(data: Uint8Array): void {
    if (this.isClosed) return;
    if (this.#link.happens(this.#link.options.breaks)) return this.break();
    // Cut anywhere, as a network does.
    const cut = this.#link.below(data.length);
    this.#later(() => this.far?.receive(data.slice(0, cut)));
    this.#later(() => this.far?.receive(data.slice(cut)));
  }

  receive(data: Uint8Array): void {
    if (!this.isClosed && data.length > 0) this.onData(data);
  }

  pause(): void {}

  resume(): void {}

  end(): void {
    this.destroy();
  }

  destroy(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.#later(() => this.far?.hearEnd(undefined));
    this.#link.clock.setTimer(() => this.onClose(undefined), 0);
  }

  /** The connection is gone for both, and each notices. */
  break(): void {
    for (const end of [this, this.far]) {
      if (end !== undefined) this.#link.clock.setTimer(() => end.hearEnd(new Error("RESET")), 0);
    }
  }

  hearEnd(error: Error | undefined): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.onClose(error);
  }

  /** What is sent later arrives later. */
  #later(deliver: () => void): void {
    const { clock } = this.#link;
    this.#earliest = Math.max(this.#earliest, clock.now() + this.#link.delay());
    clock.setTimer(deliver, this.#earliest - clock.now());
  }
}

/** Joins the user agents that were given a {@link network} of it. */
export class SipLink {
  readonly #datagrams = new Map<string, (datagram: Datagram) => void>();
  readonly #listeners = new Map<string, (connection: TcpConnection) => void>();

  constructor(
    readonly clock: VirtualClock,
    readonly random: SeededRandom,
    readonly options: SipLinkOptions = {},
  ) {}

  /** What one user agent sees of it. */
  network(): SipNetwork {
    let own: Endpoint = { address: "", port: 0 };
    return {
      openUdp: (local) => {
        own = local;
        return Promise.resolve(this.#socket(local));
      },
      listen: (local, onConnection) => {
        this.#listeners.set(keyOf(local), onConnection);
        return Promise.resolve({ local, close: () => Promise.resolve() });
      },
      connect: (remote) => this.#connect(own, remote),
      lookup: (host) => Promise.reject(new Error(`ENOTFOUND ${host}`)),
    };
  }

  /** Whether something of this chance happens now. */
  happens(chance = 0): boolean {
    return chance > 0 && fraction(this.random) < chance;
  }

  /** A whole number below `limit`. */
  below(limit: number): number {
    return this.random.uint32() % Math.max(1, limit);
  }

  /** How long something is on its way, in ms. */
  delay(): number {
    return fraction(this.random) * (this.options.delayMs ?? 30);
  }

  #socket(local: Endpoint): DatagramSocket {
    const key = keyOf(local);
    const counters = { received: 0, dropped: 0, sent: 0, sendErrors: 0 };
    let close = () => {};
    const readable = new ReadableStream<Datagram>({
      start: (controller) => {
        this.#datagrams.set(key, (datagram) => controller.enqueue(datagram));
        close = () => {
          if (this.#datagrams.delete(key)) controller.close();
        };
      },
    });
    const { loss, doubles } = this.options;
    const deliver = (data: Uint8Array, to: Endpoint) =>
      this.clock.setTimer(() => {
        const receivedAt = this.clock.now();
        this.#datagrams.get(keyOf(to))?.({ data, source: local, receivedAt });
      }, this.delay());
    return {
      ...{ local, readable, counters },
      send: (data, to) => {
        if (!this.happens(loss)) deliver(data, to);
        if (this.happens(doubles)) deliver(data, to);
      },
      close: () => {
        close();
        return Promise.resolve();
      },
    };
  }

  #connect(from: Endpoint, to: Endpoint): TcpConnection {
    const port = 20_000 + this.below(40_000);
    const near = new LinkConnection(to, this);
    const far = new LinkConnection({ address: from.address, port }, this);
    near.far = far;
    far.far = near;
    const accept = this.#listeners.get(keyOf(to));
    this.clock.setTimer(() => accept === undefined ? near.break() : accept(far), 0);
    return near;
  }
}

function keyOf({ address, port }: Endpoint): string {
  return `${address} ${port}`;
}
