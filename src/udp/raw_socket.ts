/** The seam between a runtime's UDP socket and ours. */

import type { Endpoint } from "./datagram_socket.ts";

/** What an adapter is asked to open. */
export interface RawSocketOptions {
  readonly host: string;
  readonly port: number;
  /** The longest datagram of interest, in bytes. A longer one must show, if only by its length. */
  readonly maxDatagramBytes: number;
  /** Bytes the kernel may hold for us, where the runtime can set it. */
  readonly receiveBufferSize?: number;
  /** Takes a datagram, in bytes that nobody writes to again. */
  readonly onDatagram: (data: Uint8Array, address: string, port: number) => void;
}

/** A runtime's bound socket. */
export interface RawSocket {
  readonly local: Endpoint;
  /**
   * Sends one datagram; whoever calls waits for a promise before sending the next.
   *
   * Throws, or rejects, if it was not sent.
   */
  send(data: Uint8Array, to: Endpoint): void | Promise<void>;
  /** Resolves when the port is free again. */
  close(): Promise<void>;
}
