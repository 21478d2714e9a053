/** How a phone reaches the FreeSWITCH in front of it. */

import type { EslClientOptions } from "../../esl/mod.ts";
import type { FreeSwitchDoorOptions } from "./freeswitch_door.ts";

/**
 * Where the event socket of FreeSWITCH is and how to get in; all else as {@link EslClientOptions} says.
 * Only the password must be given.
 */
export interface FreeSwitchOptions extends Omit<EslClientOptions, "clock" | "random" | "filters"> {
  /**
   * How a number is called to which a caller is given: a dial string with `{number}` in it, such as
   * `user/{number}` or `sofia/gateway/trunk/{number}`.
   * @default the dialplan of the caller looks it up: `loopback/{number}/<context>`
   */
  readonly numbers?: string;
  /**
   * The profile by which SIP addresses are called to which a caller is given, such as `external`.
   * @default the one the caller came by
   */
  readonly profile?: string;
  /**
   * Takes calls that the dialplan hands over by `socket HOST:8084 async full`, too.
   * @default only those that it bridges to us
   */
  readonly door?: FreeSwitchDoorOptions;
}
