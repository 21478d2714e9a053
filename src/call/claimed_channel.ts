/** The channel of FreeSWITCH that a call says it comes from. */

/** The field of an invitation by which FreeSWITCH's dialplan names the caller's channel. */
export const CHANNEL_FIELD = "X-Sofia-Channel";

const NAME = CHANNEL_FIELD.toLowerCase();

/**
 * The caller's channel, as the invitation claims; undefined for a call that came straight by SIP. Anyone
 * can write it: `FreeSwitchLink.channelOf` finds out whether it is true.
 */
export function claimedChannel(
  { headers }: { readonly headers: Readonly<Record<string, string>> },
): string | undefined {
  return headers[NAME] || undefined;
}
