/** A TCP connection as the rest of the SIP code sees it. */

import type { Endpoint } from "../udp/mod.ts";

/** A stream of bytes both ways. Nothing here throws. */
export interface TcpConnection {
  /** The far end. */
  readonly remote: Endpoint;
  /** Bytes that were written and are not yet with the kernel. */
  readonly pendingBytes: number;
  /** Called with what arrives. Set before anything can. */
  onData: (data: Uint8Array) => void;
  /** Called once, when the connection is over or could not be made. */
  onClose: (error: Error | undefined) => void;
  /** Queues bytes. `data` is given away. */
  write(data: Uint8Array): void;
  /** Reads no more for now, so that the peer must wait. A little may still come. */
  pause(): void;
  /** Reads again. */
  resume(): void;
  /** Sends what is queued, then closes. */
  end(): void;
  /** Closes at once. */
  destroy(): void;
}

/** A bound listener. */
export interface TcpListener {
  /** The address and port it is bound to. */
  readonly local: Endpoint;
  /** Resolves when the port is free again. Connections stay. */
  close(): Promise<void>;
}
