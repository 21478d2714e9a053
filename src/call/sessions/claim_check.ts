/** Whether a call that names a session is that session. */

import type { FreeSwitchLink } from "../freeswitch/freeswitch_link.ts";

/** A call that names a session. */
export interface Claimant {
  /** Who calls; `sessionId` is what it names. */
  readonly info: { readonly sessionId: string };
  /** The Call-ID of its dialog. */
  readonly sipCallId: string;
  /** Says that it rings. */
  ring(): boolean;
}

/** By what a claim is judged. */
export interface ClaimCheckOptions {
  /** The FreeSWITCH that can say. */
  readonly link?: FreeSwitchLink;
  /** The address the call comes from. */
  readonly remoteAddress: string;
  /** Where it may come from, if FreeSWITCH cannot be asked. */
  readonly trusted: readonly string[];
}

/**
 * Whether a call is what it names.
 *
 * Anyone who can send an INVITE can name the session of another, and would be told what that other has
 * said. So FreeSWITCH is asked whether the channel of that name has a leg with this very dialog; it knows
 * the dialog from our first answer on, and so is told that it rings. Only where there is no connection to
 * it does the address count: nobody but FreeSWITCH gets what is sent to it, and to one who only writes
 * its address on an INVITE no sound is sent, as the call is never confirmed.
 */
export async function isTrueClaim(
  call: Claimant,
  { link, remoteAddress, trusted }: ClaimCheckOptions,
): Promise<boolean> {
  if (link?.isConnected) {
    call.ring();
    try {
      return await link.channelOf(call) !== undefined;
    } catch {
      // The connection was lost over it: the address has to do.
    }
  }
  return trusted.includes(remoteAddress);
}
