/** Whether a packet of mu-law has more in it than silence. */

/** The two zeros of mu-law and the steps next to them: 8 of 32,768. */
const SILENT = new Set([0xff, 0x7f, 0xfe, 0x7e]);

/** Whether a payload has sound in it. */
export function isVoice(payload: Uint8Array): boolean {
  // By steps: a voice is in all of a packet, and callers have little time.
  for (let i = 0; i < payload.length; i += 3) if (!SILENT.has(payload[i])) return true;
  return false;
}
