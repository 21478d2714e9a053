/** What calls need of the user agent they belong to. */

import type { Random } from "../clock/mod.ts";
import type { RequestSender } from "./request_sender.ts";
import type { ServerRequest } from "./server_request.ts";
import type { SipTransport } from "./sip_endpoint.ts";
import type { TransactionContext } from "./transaction_context.ts";

/** Whoever takes the requests within a dialog. */
export interface DialogOwner {
  /** A request came that is no ACK. */
  receive(request: ServerRequest): void;
  /** An ACK of a 2xx came. */
  acknowledge(ack: ServerRequest): void;
}

/** Shared by all calls of a user agent. */
export interface CallCore {
  readonly context: TransactionContext;
  readonly random: Random;
  readonly sender: RequestSender;
  /** By dialog key. */
  readonly dialogs: Map<string, DialogOwner>;
  readonly userAgent: string;
  /** Seconds of the session timer we propose; 0 for none. */
  readonly sessionExpires: number;
  /** The shortest session timer we take, in seconds. */
  readonly minSessionExpires: number;
  /** Our Contact, in angle brackets. */
  contact(transport: SipTransport): string;
  /** Calls a handler of the application. What it throws is counted, and the result is undefined. */
  guard<T>(handler: () => T): T | undefined;
}
