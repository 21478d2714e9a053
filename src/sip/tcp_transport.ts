/** SIP over TCP: the listener and the connections, RFC 3261 section 18. */

import type { Endpoint } from "../udp/mod.ts";
import { count } from "./sip_counters.ts";
import type { SipFlow } from "./sip_flow.ts";
import type { SipNetwork } from "./sip_network.ts";
import { TcpFlow, type TcpFlowContext } from "./tcp_flow.ts";
import type { TcpConnection, TcpListener } from "./tcp_socket.ts";
import { Tally } from "./tally.ts";

/** All TCP connections of a user agent. */
export class TcpTransport {
  readonly #context: TcpFlowContext;
  readonly #network: SipNetwork;
  readonly #flows = new Set<TcpFlow>();
  /** By the peer's address and port; the youngest where there are several. */
  readonly #byRemote = new Map<string, TcpFlow>();
  readonly #bySource = new Tally();
  #listener: TcpListener | undefined;

  constructor(network: SipNetwork, context: TcpFlowContext) {
    this.#network = network;
    this.#context = context;
  }

  /** Begins to listen and gives the port. @throws when it is taken */
  async listen(local: Endpoint): Promise<number> {
    this.#listener = await this.#network.listen(local, (connection) => this.#accept(connection));
    return this.#listener.local.port;
  }

  /** A path to a peer: the connection there is, or a new one. */
  flowTo(remote: Endpoint): SipFlow {
    const flow = this.#byRemote.get(keyOf(remote));
    if (flow?.isUp) return flow;
    const { limits, counters } = this.#context;
    if (this.#flows.size < limits.maxConnections) return this.#add(this.#network.connect(remote));
    count(counters.refused, "maxConnections");
    return new NoFlow(remote);
  }

  /** Closes all connections and frees the port. */
  async close(): Promise<void> {
    const closed = this.#listener?.close();
    for (const flow of [...this.#flows]) flow.close();
    await closed;
  }

  #accept(connection: TcpConnection): void {
    const { limits, counters } = this.#context;
    const { address } = connection.remote;
    const limit = this.#flows.size >= limits.maxConnections
      ? "maxConnections"
      : this.#bySource.of(address) >= limits.maxConnectionsPerSource
      ? "maxConnectionsPerSource"
      : undefined;
    if (limit === undefined) this.#add(connection);
    else {
      count(counters.closed, limit);
      connection.destroy();
    }
  }

  #add(connection: TcpConnection): TcpFlow {
    const flow = new TcpFlow(connection, this.#context, (closed) => this.#forget(closed));
    this.#flows.add(flow);
    this.#byRemote.set(keyOf(flow.remote), flow);
    this.#bySource.add(flow.remote.address);
    this.#context.counters.connections = this.#flows.size;
    return flow;
  }

  #forget(flow: TcpFlow): void {
    this.#flows.delete(flow);
    const key = keyOf(flow.remote);
    if (this.#byRemote.get(key) === flow) this.#byRemote.delete(key);
    this.#bySource.remove(flow.remote.address);
    this.#context.counters.connections = this.#flows.size;
  }
}

/** A path that is not there, as there are too many others. */
class NoFlow implements SipFlow {
  readonly reliable = true;
  readonly isUp = false;
  readonly remote;

  constructor({ address, port }: Endpoint) {
    this.remote = { transport: "tcp" as const, address, port };
  }

  send(): boolean {
    return false;
  }

  watch(): () => void {
    return () => {};
  }
}

function keyOf({ address, port }: Endpoint): string {
  return `${address} ${port}`;
}
