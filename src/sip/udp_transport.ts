/** SIP over UDP, RFC 3261 section 18. */

import type { DatagramSocket, Endpoint } from "../udp/mod.ts";
import { type ParseLimits, parseMessage } from "./parse_message.ts";
import type { FairShare } from "./fair_share.ts";
import type { SipCounters } from "./sip_counters.ts";
import type { SipEndpoint } from "./sip_endpoint.ts";
import type { SipFlow } from "./sip_flow.ts";
import type { SipInbox } from "./sip_inbox.ts";

/** Datagrams of this length and less are keep-alives, RFC 5626 section 4.4 and what routers do. */
const KEEP_ALIVE_BYTES = 4;

/** What a {@linkcode UdpTransport} needs. */
export interface UdpTransportOptions {
  readonly limits: ParseLimits;
  readonly counters: SipCounters;
  readonly share: FairShare;
}

/** One UDP socket for all peers. */
export class UdpTransport {
  readonly #socket: DatagramSocket;
  readonly #inbox: SipInbox;
  readonly #limits: ParseLimits;
  readonly #counters: SipCounters;
  readonly #share: FairShare;
  readonly #reading: Promise<void>;
  #seen = { sendErrors: 0, dropped: 0 };

  /** Reads from `socket` from now on. */
  constructor(socket: DatagramSocket, inbox: SipInbox, options: UdpTransportOptions) {
    this.#socket = socket;
    this.#inbox = inbox;
    this.#limits = options.limits;
    this.#counters = options.counters;
    this.#share = options.share;
    this.#reading = this.#read();
  }

  /** The address it is bound to. */
  get local(): Endpoint {
    return this.#socket.local;
  }

  /** A path to a peer. */
  flowTo(remote: Endpoint): SipFlow {
    const { address, port } = remote;
    return new UdpFlow({ transport: "udp", address, port }, this);
  }

  /** Sends a datagram. */
  send(data: Uint8Array, to: Endpoint): void {
    this.#counters.sent++;
    this.#socket.send(data, to);
  }

  /** Brings the counters up to what the socket has seen. */
  count(): void {
    const { sendErrors, dropped } = this.#socket.counters;
    this.#counters.sendErrors += sendErrors - this.#seen.sendErrors;
    this.#counters.dropped += dropped - this.#seen.dropped;
    this.#seen = { sendErrors, dropped };
  }

  /** Frees the port when the kernel has all that was sent. */
  async close(): Promise<void> {
    await this.#socket.close();
    this.count();
    await this.#reading;
  }

  async #read(): Promise<void> {
    const share = this.#share;
    for await (const { data, source } of this.#socket.readable) {
      if (data.length <= KEEP_ALIVE_BYTES) continue;
      const turn = share.turn();
      if (turn !== undefined) await turn;
      share.begin();
      const message = parseMessage(data, this.#limits);
      const flow = this.flowTo(source);
      if ("fault" in message) this.#inbox.onFault(message, flow);
      else this.#inbox.onMessage(message, flow);
      share.end();
    }
  }
}

class UdpFlow implements SipFlow {
  readonly reliable = false;
  readonly isUp = true;

  constructor(readonly remote: SipEndpoint, readonly transport: UdpTransport) {}

  send(data: Uint8Array): boolean {
    this.transport.send(data, this.remote);
    return true;
  }

  /** UDP does not go down: silence is noticed by the transactions. */
  watch(): () => void {
    return doNothing;
  }
}

function doNothing(): void {}
