/** What is known of a request besides itself. */

import type { MessageSocket } from "../door/mod.ts";

/** A connection that has become a WebSocket. */
export interface Upgrade {
  /** What the server is given for it. */
  readonly response: Response;
  /** The connection. */
  readonly socket: MessageSocket;
}

/** What the server knows of a request; an application without a server knows nothing. */
export interface Connection {
  /** Where it comes from. */
  readonly address?: string;
  /** Makes it a WebSocket; undefined when it does not ask for that. `onClosed` is told when it is over. */
  readonly upgrade?: (onClosed: () => void) => Upgrade | undefined;
  /**
   * Lets it be silent for as long as it takes, until what is returned is called: for events, and while
   * somebody waits for a caller.
   */
  readonly keepOpen?: () => () => void;
}
