/** Calls that FreeSWITCH makes. */

import { oneLine, oneWord } from "../command_text.ts";
import type { EslControl } from "../esl_control.ts";
import { EslRefusedError } from "../esl_error.ts";
import { type ChannelVariables, variablesBlock } from "./channel_variables.ts";

/** Whom to call and what to do with the call. */
export interface OriginateOptions {
  /** The dial string without variables, such as `sofia/gateway/trunk/+4930123` or `user/100`. */
  readonly target: string;
  /** What the channel does when it is answered: an application with its argument. @default `park` */
  readonly application?: { readonly name: string; readonly argument?: string };
  /** Variables of the new channel, with any text in them. */
  readonly variables?: ChannelVariables;
  /** How long it may ring, in ms, to the second. @default 60000 */
  readonly ringMs?: number;
}

/**
 * Calls somebody; resolves when the call is answered (or has early media, unless `ignore_early_media`
 * is set).
 *
 * Rejects with `EslRefusedError` when it is not, whose reply is `-ERR` and the cause, such as
 * `-ERR USER_BUSY`.
 *
 * @returns the UUID of the channel
 */
export async function originate(control: EslControl, options: OriginateOptions): Promise<string> {
  const { target, application = { name: "park" }, variables = {}, ringMs = 60_000 } = options;
  const { name, argument = "" } = application;
  oneWord("the target", target);
  if (!/^\w+$/.test(name)) {
    throw new TypeError(
      `Cannot originate as an application must be a name: current value is ${name}`,
    );
  }
  if (/[()']/.test(oneLine("the argument", argument))) {
    throw new TypeError(
      `Cannot originate as the argument may have no parentheses and quotes: current value is ${argument}`,
    );
  }
  const seconds = Math.max(1, Math.round(ringMs / 1000));
  const then = argument === "" ? `&${name}` : `'&${name}(${argument.replaceAll("\\", "\\\\")})'`;
  const block = variablesBlock({ originate_timeout: seconds, ...variables });
  const result = await control.bgapi(`originate ${block}${target} ${then}`, {
    timeoutMs: ringMs + 30_000,
  });
  const uuid = /^\+OK (\S+)/.exec(result)?.[1];
  if (uuid !== undefined) return uuid;
  throw new EslRefusedError(`Cannot originate as FreeSWITCH says: ${result}`, { reply: result });
}
