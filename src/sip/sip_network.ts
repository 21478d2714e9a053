/** The sockets of a user agent as an argument, so that tests run without any. */

import { lookup } from "node:dns/promises";
import type { Clock } from "../clock/mod.ts";
import { type DatagramSocket, type Endpoint, openDatagramSocket } from "../udp/mod.ts";
import type { IpFamily } from "./ip_address.ts";
import { connectTcp, listenTcp } from "./node_tcp.ts";
import type { TcpConnection, TcpListener } from "./tcp_socket.ts";

/** What a user agent needs of the network. */
export interface SipNetwork {
  /**
   * Binds a UDP socket.
   *
   * @param maxDatagramBytes the longest datagram of interest
   * @throws when the port is taken
   */
  openUdp(local: Endpoint, maxDatagramBytes: number): Promise<DatagramSocket>;
  /** Listens for TCP connections. @throws when the port is taken */
  listen(local: Endpoint, onConnection: (connection: TcpConnection) => void): Promise<TcpListener>;
  /** Begins to connect; writes wait until it is there, and `onClose` tells a failure. */
  connect(remote: Endpoint): TcpConnection;
  /**
   * The address of a host name.
   *
   * @param family of the addresses that are of use: 4, 6, or 0 for either
   * @throws when there is none
   */
  lookup(host: string, family: IpFamily): Promise<string>;
}

/** The sockets and names of this machine. */
export function machineNetwork(clock: Clock): SipNetwork {
  return {
    openUdp: ({ address, port }, maxDatagramBytes) =>
      openDatagramSocket({
        host: address,
        port,
        clock,
        maxDatagramBytes,
        // A thousand calls a second come in bursts; a message that is lost costs its caller 500 ms.
        queueLimit: 4096,
        receiveBufferSize: 4_000_000,
      }),
    listen: listenTcp,
    connect: connectTcp,
    lookup: async (host, family) => (await lookup(host, { family })).address,
  };
}
