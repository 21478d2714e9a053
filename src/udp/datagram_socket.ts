/** A UDP socket as the rest of the code sees it. */

/** Where a datagram comes from or goes to. */
export interface Endpoint {
  /** An IPv4 or IPv6 address, without brackets. */
  readonly address: string;
  /** 1-65,535. */
  readonly port: number;
}

/** One datagram as it came. */
export interface Datagram {
  /** The bytes, which nobody else writes to; their buffer may hold those of other datagrams too. */
  readonly data: Uint8Array;
  /** Who sent it, as the kernel says. */
  readonly source: Endpoint;
  /** When it came, in milliseconds of the socket's clock. */
  readonly receivedAt: number;
}

/** What a socket has seen. */
export interface DatagramCounters {
  /** Datagrams that were given to the reader. */
  received: number;
  /** Datagrams dropped because the reader was behind, or because they were too long. */
  dropped: number;
  /** Datagrams handed to the kernel. */
  sent: number;
  /** Sends the kernel refused, or that found too many before them. */
  sendErrors: number;
}

/** A bound UDP socket. Only it drops, and it counts what it drops. */
export interface DatagramSocket {
  /** The address and port it is bound to. */
  readonly local: Endpoint;
  /** What it has seen so far; the same object all its life. */
  readonly counters: Readonly<DatagramCounters>;
  /** The datagrams in order of arrival. Cancelling it closes the socket. */
  readonly readable: ReadableStream<Datagram>;
  /** Sends in the order of calls. Never throws; a failure is counted. `data` is given away. */
  send(data: Uint8Array, to: Endpoint): void;
  /**
   * Sends what was given to `send`, waiting no longer than 100 ms for the kernel to take it, and
   * resolves when the port is free again. May be called more than once.
   */
  close(): Promise<void>;
}
