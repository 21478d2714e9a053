/** A user agent on a network that is in the test's hands: literal text goes in, literal text comes out. */

import { SeededRandom, VirtualClock } from "../../src/clock/mod.ts";
import {
  type SipNetwork,
  SipUserAgent,
  type SipUserAgentOptions,
  type TcpConnection,
} from "../../src/sip/mod.ts";
import type { Datagram, DatagramSocket, Endpoint } from "../../src/udp/mod.ts";

/** Where the user agent under test listens. */
export const OURS: Endpoint = { address: "192.0.2.10", port: 5070 };
/** Where its peer is unless a test says otherwise. */
export const THEIRS: Endpoint = { address: "192.0.2.20", port: 5060 };

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A message that the user agent has sent. */
export interface Sent {
  readonly text: string;
  readonly to: Endpoint;
}

/** A TCP connection whose far end is the test. */
export class WireConnection implements TcpConnection {
  readonly remote: Endpoint;
  onData: (data: Uint8Array) => void = () => {};
  onClose: (error: Error | undefined) => void = () => {};
  /** What the kernel would not take; set by a test that plays a slow peer. */
  pendingBytes = 0;
  /** What the user agent has written. */
  readonly written: string[] = [];
  isClosed = false;
  isPaused = false;
  /** True for a far end that does not close its half when the user agent has closed its own. */
  staysHalfOpen = false;

  constructor(remote: Endpoint) {
    this.remote = remote;
  }

  write(data: Uint8Array): void {
    if (!this.isClosed) this.written.push(decoder.decode(data));
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
  }

  end(): void {
    if (!this.staysHalfOpen) this.destroy();
  }

  destroy(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    queueMicrotask(() => this.onClose(undefined));
  }

  /** What was written since this was called last. */
  taken(): string[] {
    return this.written.splice(0);
  }

  /** The far end sends. */
  say(text: string): void {
    this.onData(encoder.encode(text));
  }

  /** The far end breaks off. */
  reset(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.onClose(new Error("ECONNRESET"));
  }
}

/** A user agent, its clock, and the network around it. */
export class SipWire implements SipNetwork {
  readonly clock = new VirtualClock(1_000);
  readonly agent: SipUserAgent;
  /** Connections that the user agent has made. */
  readonly made: WireConnection[] = [];
  /** Addresses of host names. */
  readonly names = new Map<string, string>();
  #deliver: (datagram: Datagram) => void = () => {};
  #accept: (connection: TcpConnection) => void = () => {};
  readonly #sent: Sent[] = [];

  private constructor(options: SipUserAgentOptions) {
    this.agent = new SipUserAgent({
      host: OURS.address,
      port: OURS.port,
      clock: this.clock,
      random: new SeededRandom(1),
      network: this,
      ...options,
    });
  }

  /** One that has been started. */
  static async open(options: SipUserAgentOptions = {}): Promise<SipWire> {
    const wire = new SipWire(options);
    await wire.agent.start();
    return wire;
  }

  /** Sends a datagram to the user agent and gives what it has sent since the last call. */
  async udp(text: string | Uint8Array, source: Endpoint = THEIRS): Promise<Sent[]> {
    const data = typeof text === "string" ? encoder.encode(text) : text;
    this.#deliver({ data, source, receivedAt: this.clock.now() });
    return await this.pass(0);
  }

  /** Lets time pass and gives what was sent since the last call. */
  async pass(ms: number): Promise<Sent[]> {
    await this.clock.advance(ms);
    return this.#sent.splice(0);
  }

  /** Connects to the user agent. */
  dial(source: Endpoint): WireConnection {
    const connection = new WireConnection(source);
    this.#accept(connection);
    return connection;
  }

  openUdp(local: Endpoint): Promise<DatagramSocket> {
    const sent = this.#sent;
    const counters = { received: 0, dropped: 0, sent: 0, sendErrors: 0 };
    const readable = new ReadableStream<Datagram>({
      start: (controller) => {
        this.#deliver = (datagram) => controller.enqueue(datagram);
        this.#close = () => controller.close();
      },
    });
    return Promise.resolve({
      local,
      readable,
      counters,
      send: (data, to) => {
        counters.sent++;
        sent.push({ text: decoder.decode(data), to });
      },
      close: () => {
        this.#close();
        return Promise.resolve();
      },
    });
  }

  listen(
    local: Endpoint,
    onConnection: (connection: TcpConnection) => void,
  ): ReturnType<SipNetwork["listen"]> {
    this.#accept = onConnection;
    return Promise.resolve({ local, close: () => Promise.resolve() });
  }

  connect(remote: Endpoint): TcpConnection {
    const connection = new WireConnection(remote);
    this.made.push(connection);
    return connection;
  }

  lookup(host: string, _family: number): Promise<string> {
    const address = this.names.get(host);
    return address === undefined
      ? Promise.reject(new Error(`ENOTFOUND ${host}`))
      : Promise.resolve(address);
  }

  #close: () => void = () => {};
}

/** A SIP message of lines, ended by an empty one, with its body and the length of that. */
export function sip(head: string, body = ""): string {
  const lines = head.trim().split("\n").map((line) => line.trim());
  const length = encoder.encode(body).length;
  return `${lines.join("\r\n")}\r\nContent-Length: ${length}\r\n\r\n${body}`;
}

/** The first lines of messages. */
export function startLines(sent: readonly Sent[]): string[] {
  return sent.map(({ text }) => text.slice(0, text.indexOf("\r\n")));
}

/** The values of a field in a message. */
export function fieldsOf(text: string, name: string): string[] {
  const head = text.slice(0, text.indexOf("\r\n\r\n"));
  return head.split("\r\n").slice(1).flatMap((line) => {
    const colon = line.indexOf(":");
    const isIt = line.slice(0, colon).toLowerCase() === name.toLowerCase();
    return isIt ? [line.slice(colon + 1).trim()] : [];
  });
}

/** The only value of a field in a message. */
export function fieldOf(text: string, name: string): string {
  const values = fieldsOf(text, name);
  if (values.length === 1) return values[0];
  throw new Error(`Expected one ${name}, found ${values.length} in:\n${text}`);
}

/** The tag of a message's To. */
export function toTagOf(text: string): string {
  return /;tag=([^;\s]+)/.exec(fieldOf(text, "To"))?.[1] ?? "";
}

/** The body of a message. */
export function bodyOf(text: string): string {
  return text.slice(text.indexOf("\r\n\r\n") + 4);
}
