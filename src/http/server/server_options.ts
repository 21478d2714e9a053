/** What a server of either runtime is made with. */

import type { Connection } from "../connection.ts";

/** Where to serve, and what. */
export interface ServerOptions {
  /** The address. */
  readonly host: string;
  /** The port; 0 takes a free one. */
  readonly port: number;
  /** Answers a request. */
  readonly handle: (request: Request, connection: Connection) => Promise<Response>;
}

/** A server that serves. */
export interface RunningServer {
  /** Its address. */
  readonly address: string;
  /** Its port. */
  readonly port: number;
  /** Ends all connections, and resolves when none is left. */
  stop(): Promise<void>;
}
