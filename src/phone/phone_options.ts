/** What a phone is made of. */

import type {
  Backend,
  CallInfo,
  ConversationOptions,
  MaybePromise,
  ResilienceOptions,
} from "../backend/mod.ts";
import type {
  AnswerOptions,
  AnyMenu,
  Call,
  CallLimits,
  CallRecordsOptions,
  FreeSwitchOptions,
  RecordingOptions,
  SessionOptions,
} from "../call/mod.ts";
import type { Clock, Random } from "../clock/mod.ts";
import type { Chain } from "../media/mod.ts";
import type { TurnOptions } from "../turn/mod.ts";
import type { DetectorFactory, DetectorName } from "../vad/mod.ts";
import type { AdmissionOptions } from "./admission/load_options.ts";
import type { SourceLimitOptions } from "./admission/source_limits.ts";
import type { TrunkOptions } from "./trunk_options.ts";

/** How a {@link PhoneHandler} answers calls. */
export interface PhoneHandlerOptions {
  /** Who talks with the callers. */
  readonly voiceBackend: Backend;
  /** The address to take calls on, or `0.0.0.0` and `::` for all. @default "127.0.0.1" */
  readonly sipHost?: string;
  /** The port to take calls on, UDP and TCP; 0 takes any free one. @default 5070 */
  readonly sipPort?: number;
  /**
   * The address that callers send to, where it is not the one listened on.
   * @default sipHost
   */
  readonly advertisedHost?: string;
  /** The first port for sound. @default 10000 */
  readonly rtpStartPort?: number;
  /** The last port for sound; each call takes two. @default 14999 */
  readonly rtpEndPort?: number;
  /** Calls at a time. One more is refused with 486 and Retry-After. @default 300 */
  readonly maxCalls?: number;
  /** Menus that callers are led through before they talk with the backend. @default none */
  readonly menu?: AnyMenu;
  /**
   * Called with each call that comes in, before it is answered: it may ring, play early media, or
   * reject. What it returns says how the call is answered: by whom, with which fields. A call that it
   * throws on is refused with 500.
   * @default each call is answered at once
   */
  readonly onCall?: (call: Call) => MaybePromise<AnswerOptions | void>;
  /** The ways to the telephone network: for {@link PhoneHandler.call}, and for its calls to us. @default [] */
  readonly trunks?: readonly TrunkOptions[];
  /** How long {@link PhoneHandler.drain} lets live calls go on, in ms. @default 30000 */
  readonly drainMs?: number;
  /**
   * The codecs, best first: `PCMU`, `PCMA`, `opus`, `L16`.
   * @default ["PCMU", "PCMA", "opus", "L16"]
   */
  readonly codecs?: readonly string[];
  /**
   * Changes the chain of each call: `(chain) => chain.before("vad", () => new NoiseGate())`.
   * @default the chain as it is
   */
  readonly pipeline?: (chain: Chain, call: CallInfo) => Chain;
  /**
   * What finds the voices of callers: a detector by its name, or what makes one for each call. `auto`
   * is Silero where its packages are installed, else fvad.
   * @default "auto"
   */
  readonly detector?: DetectorName | DetectorFactory;
  /**
   * Whether keys are heard in the sound of calls, too: for lines that neither send telephone-event
   * (RFC 4733) nor SIP INFO. Voices are not taken for keys, but a recording of keys is; and Opus
   * distorts tones so much that keys are missed.
   * @default false
   */
  readonly inbandDtmf?: boolean;
  /**
   * When the caller's turns begin and end, and what a voice over the agent's does. Only a backend of
   * three steps is interrupted by it; one that is a stream decides that itself.
   */
  readonly turns?: Omit<TurnOptions, "onEvent">;
  /**
   * How conversations are held: what is said when the caller is silent, the backend slow or broken. It
   * holds for backends of three steps.
   */
  readonly conversation?: ConversationOptions;
  /**
   * How the backend's steps are guarded: deadlines, retries, circuit breakers, other backends. It
   * holds for backends of three steps; false guards nothing, as for one that is guarded already.
   * @default the defaults of `resilient`
   */
  readonly resilience?: Omit<ResilienceOptions, "clock" | "random"> | false;
  /**
   * The event socket of the FreeSWITCH that calls come through: transfers, variables and more need it.
   * Calls go on without it while it cannot be reached.
   * @default none
   */
  readonly freeswitch?: FreeSwitchOptions;
  /** Which calls are recorded, and where to. @default none can be */
  readonly recording?: RecordingOptions;
  /** Where a record of each call is written: who, when, why it ended, how good it was. @default nowhere */
  readonly callRecords?: CallRecordsOptions;
  /**
   * Where calls are written while they are live, so that the next process can go on with those that are
   * cut off from this one. FreeSWITCH's dialplan keeps the callers meanwhile.
   * @default what is known of a call ends with the process
   */
  readonly sessions?: SessionOptions & {
    /**
     * How long {@link PhoneHandler.start} waits for a port that the process before still has, in ms.
     * @default 0
     */
    readonly takeOverMs?: number;
  };
  /** What calls may not go beyond. @default no limits but {@link maxCalls} */
  readonly limits?: CallLimits & SourceLimitOptions;
  /**
   * When the process is too busy for one more call, which is then refused with 503 and Retry-After while
   * those there are go on; false takes calls however busy it is.
   * @default {} what {@link AdmissionOptions} says
   */
  readonly admission?: AdmissionOptions | false;
  /** Time. @default the machine's */
  readonly clock?: Clock;
  /** Chance; it must not be guessable in production. @default the runtime's generator */
  readonly random?: Random;
}
