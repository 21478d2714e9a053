import { isIP } from "node:net";
import { type Clock, within } from "../clock/mod.ts";
import type { Datagram, DatagramCounters, DatagramSocket, Endpoint } from "./datagram_socket.ts";
import type { RawSocket } from "./raw_socket.ts";
import { SourcePace } from "./source_pace.ts";

/** Sends that may wait for the one before them, which the kernel has not taken yet. */
const MAX_WAITING_SENDS = 1024;

/** How long the end waits for the kernel to take what was sent, in ms. */
const MAX_FLUSH_MS = 100;

/** What a {@link StreamSocket} needs to know. */
export interface StreamSocketOptions {
  readonly clock: Clock;
  readonly queueLimit: number;
  readonly maxDatagramBytes: number;
  /** See {@link SourcePace}. @default no limit */
  readonly maxPerSecond?: number;
}

/**
 * The socket around a runtime's own: the stream with its bounded queue, the sends in their order,
 * and the counters.
 */
export class StreamSocket implements DatagramSocket {
  readonly readable: ReadableStream<Datagram>;
  readonly counters: DatagramCounters = { received: 0, dropped: 0, sent: 0, sendErrors: 0 };
  readonly #options: StreamSocketOptions;
  readonly #pace: SourcePace | undefined;
  readonly #arrived: Datagram[] = [];
  readonly #waiting: [data: Uint8Array, to: Endpoint][] = [];
  #controller!: ReadableStreamDefaultController<Datagram>;
  #raw!: RawSocket;
  #sending = false;
  #onIdle: () => void = () => {};
  #closed: Promise<void> | undefined;
  #lastSource: Endpoint = { address: "", port: 0 };
  #lastAddress = "";

  constructor(options: StreamSocketOptions) {
    this.#options = options;
    this.#pace = options.maxPerSecond === undefined
      ? undefined
      : new SourcePace(options.maxPerSecond);
    this.readable = new ReadableStream({
      start: (controller) => void (this.#controller = controller),
      pull: () => this.#pull(),
      cancel: () => this.close(),
    });
  }

  /** Gives it the runtime's socket, whose datagrams come to {@link receive}. */
  attach(raw: RawSocket): this {
    this.#raw = raw;
    return this;
  }

  get local(): Endpoint {
    return this.#raw.local;
  }

  /** Takes a datagram off the wire. */
  receive(data: Uint8Array, address: string, port: number): void {
    if (this.#closed) return;
    const { clock, maxDatagramBytes } = this.#options;
    const receivedAt = clock.now();
    const isTooMany = this.#pace?.admits(address, port, receivedAt) === false;
    if (isTooMany || data.length > maxDatagramBytes) {
      this.counters.dropped++;
      return;
    }
    this.#arrived.push({ data, source: this.#sourceOf(address, port), receivedAt });
    if (this.#controller.desiredSize! > 0) this.#pull();
    else if (this.#arrived.length > this.#options.queueLimit) {
      this.#arrived.shift();
      this.counters.dropped++;
    }
  }

  send(data: Uint8Array, to: Endpoint): void {
    if (this.#closed || this.#waiting.length >= MAX_WAITING_SENDS || !this.#isAddress(to)) {
      this.counters.sendErrors++;
    } else if (this.#sending) this.#waiting.push([data, to]);
    else this.#transmit(data, to);
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  #pull(): void {
    const datagram = this.#arrived.shift();
    if (!datagram) return;
    this.counters.received++;
    this.#controller.enqueue(datagram);
  }

  #transmit(data: Uint8Array, to: Endpoint): void {
    try {
      const pending = this.#raw.send(data, to);
      if (!pending) {
        this.counters.sent++;
        return;
      }
      // Deno reverses sends that are issued together: one at a time keeps their order.
      this.#sending = true;
      pending.then(() => this.#transmitted(true), () => this.#transmitted(false));
    } catch {
      this.counters.sendErrors++;
    }
  }

  #transmitted(ok: boolean): void {
    this.counters[ok ? "sent" : "sendErrors"]++;
    this.#sending = false;
    while (!this.#sending && this.#waiting.length > 0) this.#transmit(...this.#waiting.shift()!);
    if (!this.#sending) this.#onIdle();
  }

  async #close(): Promise<void> {
    this.#arrived.length = 0;
    try {
      this.#controller.close();
    } catch {
      // The reader has cancelled: the stream is closed already.
    }
    // A runtime's socket forgets what waits in it, and the last thing said is often a goodbye.
    if (this.#sending) {
      const idle = new Promise<void>((resolve) => void (this.#onIdle = resolve));
      await within(this.#options.clock, idle, MAX_FLUSH_MS);
      this.counters.sendErrors += this.#waiting.splice(0).length;
    }
    await this.#raw.close();
  }

  /** Most datagrams of a call come from one place: it is one object then. */
  #sourceOf(address: string, port: number): Endpoint {
    const last = this.#lastSource;
    const plain = address.startsWith("::ffff:") ? address.slice(7) : address;
    if (last.port === port && last.address === plain) return last;
    return this.#lastSource = { address: plain, port };
  }

  /** A name would be looked up anew for each packet, and Deno sends to port 70,000 modulo 65,536. */
  #isAddress({ address, port }: Endpoint): boolean {
    if (!(port > 0 && port < 65_536)) return false;
    if (address === this.#lastAddress) return true;
    if (isIP(address) === 0) return false;
    this.#lastAddress = address;
    return true;
  }
}
