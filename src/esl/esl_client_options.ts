/** What a client needs to know, and what it tells. */

import type { EslChannel } from "./commands/show_channels.ts";
import type { EslConnectionOptions } from "./connection_options.ts";
import type { EslError } from "./esl_error.ts";
import type { EslEvent } from "./esl_event.ts";
import type { EslSocket } from "./esl_socket.ts";
import type { EslEventMap } from "./events/event_map.ts";
import type { EslFilter } from "./subscriptions.ts";

/** Options of an `EslClient`. */
export interface EslClientOptions extends EslConnectionOptions {
  /** Where FreeSWITCH is. @default "127.0.0.1" */
  readonly host?: string;
  /** The port of its event socket. @default 8021 */
  readonly port?: number;
  /** The password of its event socket. */
  readonly password: string;
  /** Log in as this user, such as `1000@example.org`, with the password of its own. @default nobody */
  readonly user?: string;
  /** Names of events to be told of, beside the few the client lives on. Not ALL. @default none */
  readonly events?: readonly string[];
  /** Kinds of custom events, such as `sofia::register`. @default none */
  readonly customEvents?: readonly string[];
  /** Lets only events through that fit one of these. @default all pass */
  readonly filters?: readonly EslFilter[];
  /** How long it may take to connect, log in and subscribe, in ms. @default 10000 */
  readonly connectTimeoutMs?: number;
  /**
   * After how long without a sign of life a connection is taken for dead, in ms. It must be above the
   * time between two heartbeats of FreeSWITCH, 20 s.
   * @default 65000
   */
  readonly silenceMs?: number;
  /** The first wait before it connects again, in ms. @default 250 */
  readonly minBackoffMs?: number;
  /** The longest wait before it connects again, in ms. @default 15000 */
  readonly maxBackoffMs?: number;
  /** Opens a TCP connection. @default by node:net */
  readonly openSocket?: (host: string, port: number) => EslSocket;
}

/** What a client tells, by name: what happens to it, in small letters, and the events of FreeSWITCH. */
export interface EslClientEvents extends EslEventMap {
  /** It is logged in and subscribed. `isFirst` is false when it had been before. */
  readonly connected: { readonly isFirst: boolean };
  /**
   * The channels there are now, right after it has connected. What began or ended while nobody listened
   * shows here only.
   */
  readonly resynced: { readonly channels: readonly EslChannel[]; readonly isFirst: boolean };
  /** It is not connected, and tries again in `delayMs`. */
  readonly reconnecting: {
    readonly error: EslError;
    readonly delayMs: number;
    readonly tries: number;
  };
  /** It is closed for good: by us, or as its first login was refused. */
  readonly closed: { readonly error: EslError | undefined };
  /** A listener threw. */
  readonly error: { readonly error: unknown };
  /** Any event of FreeSWITCH, after the listeners of its name were told. */
  readonly event: EslEvent;
}
