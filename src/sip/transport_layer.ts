/** The transports together: where messages go, RFC 3261 section 18. */

import type { Clock } from "../clock/mod.ts";
import type { Endpoint } from "../udp/mod.ts";
import { canReach } from "./ip_address.ts";
import { FairShare } from "./fair_share.ts";
import type { SipCounters } from "./sip_counters.ts";
import type { SipEndpoint, SipTransport } from "./sip_endpoint.ts";
import type { SipFlow } from "./sip_flow.ts";
import type { SipInbox } from "./sip_inbox.ts";
import type { SipLimits } from "./sip_limits.ts";
import type { SipNetwork } from "./sip_network.ts";
import { TcpTransport } from "./tcp_transport.ts";
import { UdpTransport } from "./udp_transport.ts";

/** What the transports need. */
export interface TransportLayerOptions {
  readonly network: SipNetwork;
  readonly clock: Clock;
  readonly counters: SipCounters;
  readonly limits: Required<SipLimits>;
  readonly transports: readonly SipTransport[];
}

/** How often a free port is tried that turns out to be taken on the other transport. */
const PORT_TRIES = 20;

/** UDP and TCP on one port. */
export class TransportLayer {
  readonly #options: TransportLayerOptions;
  readonly #inbox: SipInbox;
  #udp: UdpTransport | undefined;
  #tcp: TcpTransport | undefined;
  #local: Endpoint | undefined;

  /** @param inbox takes what comes */
  constructor(options: TransportLayerOptions, inbox: SipInbox) {
    this.#options = options;
    this.#inbox = inbox;
  }

  /** The address and port of all transports; undefined while they are not open. */
  get local(): Endpoint | undefined {
    return this.#local;
  }

  /**
   * Binds the port on all transports.
   *
   * @param local port 0 takes one that is free on all of them
   * @throws {Error} when the port is taken
   */
  async open(local: Endpoint): Promise<void> {
    for (let tries = 1; this.#local === undefined; tries++) {
      try {
        this.#local = await this.#bind(local);
      } catch (cause) {
        await this.close();
        if (local.port === 0 && tries < PORT_TRIES) continue;
        throw cannotListen(local, cause);
      }
    }
  }

  /** Brings the counters up to date. */
  count(): void {
    this.#udp?.count();
  }

  /** Closes everything and frees the port. */
  async close(): Promise<void> {
    const closing = [this.#udp?.close(), this.#tcp?.close()];
    this.#local = this.#udp = this.#tcp = undefined;
    await Promise.all(closing);
  }

  /**
   * A path to a peer, or undefined when there is none from here: the user agent does not speak the
   * transport, or its UDP socket not this version of IP.
   */
  flowTo(remote: SipEndpoint): SipFlow | undefined {
    if (remote.transport === "tcp") return this.#tcp?.flowTo(remote);
    const udp = this.#udp;
    return udp !== undefined && canReach(udp.local.address, remote.address)
      ? udp.flowTo(remote)
      : undefined;
  }

  async #bind(local: Endpoint): Promise<Endpoint> {
    const { network, clock, counters, limits, transports } = this.#options;
    const share = new FairShare(clock);
    let { port } = local;
    if (transports.includes("udp")) {
      const socket = await network.openUdp(local, limits.maxMessageBytes);
      const parseLimits = { maxBodyBytes: limits.maxMessageBytes };
      this.#udp = new UdpTransport(socket, this.#inbox, {
        ...{ share, counters },
        limits: parseLimits,
      });
      port = socket.local.port;
    }
    if (transports.includes("tcp")) {
      const shared = { clock, share, counters, limits, inbox: this.#inbox, partialBytes: 0 };
      this.#tcp = new TcpTransport(network, shared);
      port = await this.#tcp.listen({ address: local.address, port });
    }
    return { address: local.address, port };
  }
}

function cannotListen({ address, port }: Endpoint, cause: unknown): Error {
  const code = (cause as { code?: string }).code ??
    ((cause as Error).cause as { code?: string } | undefined)?.code;
  const why = code === "EADDRINUSE"
    ? "another program holds the port: choose another or stop that program"
    : (cause as Error).message;
  return new Error(`Cannot listen for SIP on ${address} port ${port} as ${why}`, { cause });
}
