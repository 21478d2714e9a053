/** The sockets of a user agent as an argument, so that tests run without any. */

import type { DatagramSocket, Endpoint } from "../udp/mod.ts";
import type { TcpConnection, TcpListener } from "./tcp_socket.ts";

/** What a user agent needs of the network. */
export interface SipNetwork {
  /** Binds a UDP socket. @throws when the port is taken */
  openDatagramSocket(local: Endpoint): Promise<DatagramSocket>;
  /** Listens for TCP connections. @throws when the port is taken */
  listen(local: Endpoint, onConnection: (connection: TcpConnection) => void): Promise<TcpListener>;
  /** Begins to connect; writes wait until it is there, and `onClose` tells a failure. */
  connect(remote: Endpoint): TcpConnection;
  /** The IPv4 or IPv6 address of a host name. @throws when it is unknown */
  lookup(host: string): Promise<string>;
}
