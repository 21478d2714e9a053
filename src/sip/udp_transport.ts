/** SIP over UDP, RFC 3261 section 18. */

import type { DatagramSocket, Endpoint } from "../udp/mod.ts";
import { type ParseLimits, parseMessage } from "./parse_message.ts";
import type { SipCounters } from "./sip_counters.ts";
import type { SipEndpoint } from "./sip_endpoint.ts";
import type { SipFlow } from "./sip_flow.ts";
import type { SipInbox } from "./sip_inbox.ts";

/** Datagrams of this length and less are keep-alives, RFC 5626 section 4.4 and what routers do. */
const KEEP_ALIVE_BYTES = 4;

/** One UDP socket for all peers. */
export class UdpTransport {
  readonly #socket: DatagramSocket;
  readonly #inbox: SipInbox;
  readonly #limits: ParseLimits;
  readonly #counters: SipCounters;
  readonly #reading: Promise<void>;

  /** Reads from `socket` from now on. */
  constructor(
    socket: DatagramSocket,
    inbox: SipInbox,
    options: { readonly limits: ParseLimits; readonly counters: SipCounters },
  ) {
    this.#socket = socket;
    this.#inbox = inbox;
    this.#limits = options.limits;
    this.#counters = options.counters;
    this.#reading = this.#read();
  }

  /** The address it is bound to. */
  get local(): Endpoint {
    return this.#socket.local;
  }

  /** A path to a peer. */
  flowTo(remote: Endpoint): SipFlow {
    const { address, port } = remote;
    return new UdpFlow({ transport: "udp", address, port }, this.#socket, this.#counters);
  }

  /** Frees the port. */
  async close(): Promise<void> {
    await this.#socket.close();
    await this.#reading;
  }

  async #read(): Promise<void> {
    for await (const { data, source } of this.#socket.readable) {
      if (data.length <= KEEP_ALIVE_BYTES) continue;
      const message = parseMessage(data, this.#limits);
      const flow = this.flowTo(source);
      if ("fault" in message) this.#inbox.onFault(message, flow);
      else this.#inbox.onMessage(message, flow);
    }
  }
}

class UdpFlow implements SipFlow {
  readonly reliable = false;
  readonly isUp = true;

  constructor(
    readonly remote: SipEndpoint,
    readonly socket: DatagramSocket,
    readonly counters: SipCounters,
  ) {}

  send(data: Uint8Array): boolean {
    this.counters.sent++;
    this.socket.send(data, this.remote);
    return true;
  }

  /** UDP does not go down: silence is noticed by the transactions. */
  watch(): () => void {
    return doNothing;
  }
}

function doNothing(): void {}
