/** How a phone is served by HTTP. */

import type { Call } from "../call/mod.ts";
import type { Clock, Random } from "../clock/mod.ts";
import type { MessageSocket } from "../door/mod.ts";
import type { PhoneMetrics } from "../telemetry/mod.ts";
import type { TellNews } from "./events/call_news.ts";

/** The figures of a phone, as `/metrics` serves them: `PhoneMetrics` of `src/telemetry` is one. */
export interface MetricsSource {
  /** The figures, in the text format of Prometheus. */
  text(): Promise<string>;
  /** Its media type. */
  readonly contentType: string;
  /** Where figures of the requests themselves are added. @default there are none */
  readonly registry?: PhoneMetrics["registry"];
}

/**
 * What may come, before it is refused. `/health` and `/ready` are always answered.
 *
 * Bun itself ends a connection whose header fields do not come within seconds. Deno waits for them, and for
 * the rest of a body that was refused, as long as the client likes: before strangers it takes a proxy.
 */
export interface HttpLimits {
  /** Bytes of a body. @default 65536 */
  readonly bodyBytes?: number;
  /** How long a body may take to come, in ms. @default 10000 */
  readonly bodyMs?: number;
  /** Requests of one client address a second, on average; of IPv6 a network of 64 bits is one. @default 50 */
  readonly requestsPerSecond?: number;
  /** Requests of one client address at once. @default 200 */
  readonly requestBurst?: number;
  /**
   * Wrong tokens of one client address a minute, on average; then it has to wait, unless the right one
   * came from there within the last hour.
   * @default 10
   */
  readonly failuresPerMinute?: number;
  /** Requests that are answered at a time. @default 500 */
  readonly requests?: number;
  /** Viewers of the events at a time. @default 100 */
  readonly viewers?: number;
  /** Those of one client address. @default half of all */
  readonly viewersPerClient?: number;
  /** WebSockets at a time; as many again of Twilio's. @default 400 */
  readonly sockets?: number;
  /** Those of one client address; Twilio's count for 15 s. @default half of all */
  readonly socketsPerClient?: number;
}

/** How {@link createApp} makes the application. */
export interface HttpOptions {
  /** What whoever asks has to know. @default none: then only this machine may ask */
  readonly token?: string;
  /**
   * Whether `/metrics` needs no token, for a Prometheus that has none. `/health` and `/ready` never
   * need one.
   * @default false
   */
  readonly openMetrics?: boolean;
  /**
   * How many proxies in front of us add to X-Forwarded-For: the client is the address that the first of
   * them saw. Without one the field is not believed.
   * @default 0
   */
  readonly trustedProxies?: number;
  /** What may come. */
  readonly limits?: HttpLimits;
  /** The figures of `/metrics`. @default there are none */
  readonly metrics?: MetricsSource;
  /** Calls that are over and still listed. @default 200 */
  readonly pastCalls?: number;
  /** The version that `/status` tells. @default "unknown" */
  readonly version?: string;
  /** What calls may come by, for `/status`. @default ["sip"] */
  readonly doors?: readonly string[];
  /** Takes a call of a browser that comes by `/phone/socket`. @default there is no such path */
  readonly browserCall?: (socket: MessageSocket, info: DoorRequest) => void;
  /** Takes a call of Twilio's that comes by `/twilio/socket`. @default there is no such path */
  readonly twilioCall?: (socket: MessageSocket, info: DoorRequest) => void;
  /** Answers Twilio's webhook at `/twilio/voice`. @default there is no such path */
  readonly twilioVoice?: (request: Request) => Promise<Response>;
  /** Ends all timers and listeners of the application. @default they stay as long as the process */
  readonly signal?: AbortSignal;
  /** Time; it must be the phone's. @default the machine's */
  readonly clock?: Clock;
  /** Milliseconds since 1970. @default the machine's */
  readonly wallClock?: () => number;
  /** Chance; it must not be guessable. @default the runtime's generator */
  readonly random?: Random;
}

/** What a door is told of the request that a socket came by. */
export interface DoorRequest {
  /** Where it came from; undefined where that is not known. */
  readonly address: string | undefined;
  /** The request. */
  readonly request: Request;
  /** Tells of a call what is said in it and how its turns went, until what it returns is called. */
  readonly watch: (call: Call, tell: TellNews) => () => void;
}
