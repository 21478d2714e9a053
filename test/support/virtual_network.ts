/** A network in memory, in which datagrams take no time or as long as a test says. */

import type { Clock } from "../../src/clock/mod.ts";
import type { Datagram, DatagramCounters, DatagramSocket, Endpoint } from "../../src/udp/mod.ts";

const WAITING = 64;

/** Sockets by address and port, and what happens to datagrams between them. */
export class VirtualNetwork {
  /** How long the next datagram takes, in ms; `undefined` loses it. */
  delayMs: (data: Uint8Array) => number | undefined = () => 0;
  readonly #clock: Clock;
  readonly #sockets = new Map<string, VirtualSocket>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How many sockets are open. */
  get size(): number {
    return this.#sockets.size;
  }

  /** Opens a socket. */
  open(local: Endpoint): VirtualSocket {
    const key = keyOf(local);
    if (this.#sockets.has(key)) throw new Error(`Cannot open ${key} as it is open`);
    const socket = new VirtualSocket(local, {
      send: (data, to) => this.#carry(data, local, to),
      close: () => void this.#sockets.delete(key),
    });
    this.#sockets.set(key, socket);
    return socket;
  }

  #carry(data: Uint8Array, source: Endpoint, to: Endpoint): void {
    const delayMs = this.delayMs(data);
    if (delayMs === undefined) return;
    const deliver = () =>
      this.#sockets.get(keyOf(to))?.receive({ data, source, receivedAt: this.#clock.now() });
    if (delayMs === 0) deliver();
    else this.#clock.setTimer(deliver, delayMs);
  }
}

/** One socket of a {@link VirtualNetwork}. */
export class VirtualSocket implements DatagramSocket {
  readonly counters: DatagramCounters = { received: 0, dropped: 0, sent: 0, sendErrors: 0 };
  readonly readable: ReadableStream<Datagram>;
  readonly local: Endpoint;
  readonly #network: { send(data: Uint8Array, to: Endpoint): void; close(): void };
  readonly #waiting: Datagram[] = [];
  #controller: ReadableStreamDefaultController<Datagram> | undefined;

  constructor(
    local: Endpoint,
    network: { send(data: Uint8Array, to: Endpoint): void; close(): void },
  ) {
    this.local = local;
    this.#network = network;
    this.readable = new ReadableStream({
      start: (controller) => void (this.#controller = controller),
      pull: () => this.#hand(),
      cancel: () => this.close(),
    });
  }

  send(data: Uint8Array, to: Endpoint): void {
    if (this.#controller === undefined) return;
    this.counters.sent++;
    this.#network.send(data, to);
  }

  receive(datagram: Datagram): void {
    if (this.#waiting.length === WAITING) {
      this.#waiting.shift();
      this.counters.dropped++;
    }
    this.#waiting.push(datagram);
    this.#hand();
  }

  close(): Promise<void> {
    this.#controller = undefined;
    this.#network.close();
    return Promise.resolve();
  }

  #hand(): void {
    while ((this.#controller?.desiredSize ?? 0) > 0 && this.#waiting.length > 0) {
      this.counters.received++;
      this.#controller!.enqueue(this.#waiting.shift()!);
    }
  }
}

function keyOf({ address, port }: Endpoint): string {
  return `${address} ${port}`;
}
