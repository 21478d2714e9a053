/** A network in memory, in which datagrams take no time or as long as one says. */

import type { Clock } from "../clock/mod.ts";
import type { Datagram, DatagramCounters, DatagramSocket, Endpoint } from "../udp/mod.ts";

const WAITING = 64;

/** What becomes of one datagram: how long each copy of it takes, in ms; none loses it. */
export type Carriage = (data: Uint8Array, from: Endpoint, to: Endpoint) => readonly number[];

/**
 * Sockets by address and port, and what happens to datagrams between them.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { VirtualClock } from "@sofia/phone/clock";
 * import { VirtualNetwork } from "@sofia/phone/testing";
 *
 * const network = new VirtualNetwork(new VirtualClock());
 * const [here, there] = [{ address: "192.0.2.1", port: 1 }, { address: "192.0.2.2", port: 2 }];
 * network.open(here).send(Uint8Array.of(7), there);
 * const socket = network.open(there);
 * network.open({ ...here, port: 3 }).send(Uint8Array.of(8), there);
 * const { value } = await socket.readable.getReader().read();
 * assert.deepEqual([...value!.data], [8]); // Nobody was there for the first.
 * ```
 */
export class VirtualNetwork {
  /** Decides what becomes of the next datagram. */
  carriage: Carriage = () => [0];
  readonly #clock: Clock;
  readonly #sockets = new Map<string, VirtualSocket>();

  /** A network without sockets, whose delays are of `clock`. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How many sockets are open. */
  get size(): number {
    return this.#sockets.size;
  }

  /** Opens a socket. @throws {Error} if one is open there */
  open(local: Endpoint): VirtualSocket {
    const key = keyOf(local);
    if (this.#sockets.has(key)) {
      throw new Error(`Cannot open a socket as each port has one: current value is ${key}`);
    }
    const socket = new VirtualSocket(local, {
      send: (data, to) => this.#carry(data, local, to),
      close: () => void this.#sockets.delete(key),
    });
    this.#sockets.set(key, socket);
    return socket;
  }

  #carry(data: Uint8Array, source: Endpoint, to: Endpoint): void {
    const deliver = () =>
      this.#sockets.get(keyOf(to))?.receive({ data, source, receivedAt: this.#clock.now() });
    for (const delayMs of this.carriage(data, source, to)) {
      if (delayMs === 0) deliver();
      else this.#clock.setTimer(deliver, delayMs);
    }
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

  /** A socket at `local`, which a network opens. */
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

  /** Takes what the network brings; the oldest of 64 that nobody has read is dropped. */
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
