/** A TCP connection as the rest of the folder sees it. */

/** A stream of bytes both ways. Nothing here throws. */
export interface EslSocket {
  /** Called with what arrives. Set before anything can. */
  onData: (data: Uint8Array) => void;
  /** Called once, when the connection is over or could not be made. */
  onClose: (error: Error | undefined) => void;
  /** Queues text as UTF-8. */
  write(text: string): void;
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
export interface EslListener {
  /** The port it is bound to. */
  readonly port: number;
  /** Resolves when the port is free again. Connections stay. */
  close(): Promise<void>;
}
