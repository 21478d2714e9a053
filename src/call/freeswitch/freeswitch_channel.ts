/** What FreeSWITCH knows of a caller and of the leg it has to us. */

import { type EslChannelEvent, type EslControl, uuidDump } from "../../esl/mod.ts";

/** A caller's channel of FreeSWITCH, and the one by which it is bridged to us. */
export interface FreeSwitchChannel {
  /** The caller's channel. */
  readonly uuid: string;
  /** The channel whose other end we are: it is gone when our call is over. */
  readonly legUuid: string;
  /** The profile the caller came by, such as `internal`; undefined when it did not come by SIP. */
  readonly profile: string | undefined;
  /** What the caller dialled: the way back to us, in the dialplan `XML`. */
  readonly destination: string;
  /** The context in which that is looked up, such as `default`. */
  readonly context: string;
  /**
   * Where FreeSWITCH finds us, in its own words: `sofia/sofia_phone/sip:expected@127.0.0.1:5070`;
   * undefined where it does not say that in a way that is safe to repeat.
   */
  readonly us: string | undefined;
  /** The codecs it offers us, as in `absolute_codec_string`; undefined for those of the profile. */
  readonly codecs: string | undefined;
  /** All it knows of the caller's channel, as an event would tell it. */
  readonly details: EslChannelEvent;
}

/** A call, as far as one needs to know it to find its channel. */
export interface ClaimedCall {
  /** Who calls; `sessionId` is the caller's channel, as the invitation claims. */
  readonly info: { readonly sessionId: string };
  /** The Call-ID of our dialog, which FreeSWITCH made or got from us. */
  readonly sipCallId: string;
}

/**
 * The channel a call claims, if that is true; false if it is not, and undefined if it is too early to
 * say, as the channel is there and has no leg yet that knows its dialog: that comes with our first
 * answer, a 180 is enough.
 *
 * Anyone who can send us an INVITE can name a UUID in it. So the channel of that name must be bridged,
 * or about to be, to one whose SIP dialog is ours, which only FreeSWITCH can make true.
 *
 * Rejects with `EslClosedError` while there is no connection.
 */
export async function findChannel(
  control: EslControl,
  call: ClaimedCall,
): Promise<FreeSwitchChannel | false | undefined> {
  const { info: { sessionId }, sipCallId } = call;
  const claimed = await dump(control, sessionId);
  if (claimed !== undefined && claimed.sipCallId !== sipCallId) {
    const legs = await legsOf(control, claimed);
    const own = legs.find((leg) => leg.sipCallId === sipCallId);
    if (own !== undefined) return join(claimed, own);
    // FreeSWITCH has sent an INVITE by it, and no answer of ours has come back yet.
    const isEarly = legs.length === 0 || legs.some((leg) => leg.sipCallId === undefined);
    return isEarly ? undefined : false;
  }
  // A leg that we have called ourselves, where the profile names channels by their Call-IDs.
  const leg = claimed ?? await dump(control, sipCallId);
  if (leg?.sipCallId !== sipCallId) return false;
  const caller = await otherOf(control, leg);
  return caller && join(caller, leg);
}

/** A caller's channel, whoever it is bridged to. */
export interface CallerChannel {
  /** The number by which the caller reaches us, in the dialplan `XML`. */
  readonly destination: string;
  /** The context in which that is looked up. */
  readonly context: string;
  /** The SIP dialogs of the channels it is bridged to, or about to be, as far as they are known. */
  readonly dialogs: readonly string[];
}

/** What there is to know of a caller's channel; undefined when it is gone. Rejects as {@link findChannel}. */
export async function callerChannel(
  control: EslControl,
  uuid: string,
): Promise<CallerChannel | undefined> {
  const caller = await dump(control, uuid);
  if (caller === undefined) return undefined;
  const legs = await legsOf(control, caller);
  return {
    // Our dialplan notes it, as a channel that was sent on may have another one now.
    destination: caller.variable("sofia_phone_number") ?? dialled(caller),
    context: caller.get("Caller-Context") ?? "default",
    dialogs: legs.map(({ sipCallId }) => sipCallId).filter((id) => id !== undefined),
  };
}

function join(caller: EslChannelEvent, leg: EslChannelEvent): FreeSwitchChannel {
  return {
    uuid: caller.uuid ?? "",
    legUuid: leg.uuid ?? "",
    profile: caller.variable("sofia_profile_name"),
    destination: dialled(caller),
    context: caller.get("Caller-Context") ?? "default",
    us: wayToUs(leg),
    codecs: leg.variable("absolute_codec_string"),
    details: caller,
  };
}

/** The user of the URI is what a caller has dialled, and stays out. */
function wayToUs(leg: EslChannelEvent): string | undefined {
  const host = /@([\w.:[\]-]+(;transport=\w+)?)$/.exec(leg.variable("sip_req_uri") ?? "")?.[1];
  const profile = leg.variable("sofia_profile_name") ?? "";
  if (host === undefined || !/^[\w.-]+$/.test(profile)) return undefined;
  return `sofia/${profile}/sip:expected@${host}`;
}

/** Who was sent somewhere by `inline` has applications for a number, and no dialplan knows those. */
function dialled(caller: EslChannelEvent): string {
  const number = caller.get("Caller-Dialplan") === "XML" ? caller.destination : undefined;
  return number ?? caller.variable("sip_req_user") ?? "";
}

/** The channels that one is bridged to, or is about to be. */
async function legsOf(
  control: EslControl,
  channel: EslChannelEvent,
): Promise<EslChannelEvent[]> {
  const names = ["signal_bond", "originate_signal_bond"].map((name) => channel.variable(name));
  const bonds = new Set(names.filter((bond) => bond !== undefined));
  const legs = await Promise.all([...bonds].map((bond) => dump(control, bond)));
  return legs.filter((leg) => leg !== undefined);
}

/** The channel at the other end of its bridge. */
async function otherOf(
  control: EslControl,
  channel: EslChannelEvent,
): Promise<EslChannelEvent | undefined> {
  const bond = channel.variable("signal_bond");
  return bond === undefined ? undefined : await dump(control, bond);
}

/** Everything of a channel; undefined when there is none of that name, or the name cannot be one. */
async function dump(control: EslControl, uuid: string): Promise<EslChannelEvent | undefined> {
  // With ^^ in front FreeSWITCH would cut it at another letter than the blank.
  return /^(?!\^\^)[^\s\p{Cc}'\\]{1,256}$/u.test(uuid) ? await uuidDump(control, uuid) : undefined;
}
