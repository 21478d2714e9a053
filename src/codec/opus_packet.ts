/**
 * What can be known of an Opus packet without decoding it: RFC 6716 section 3.
 *
 * ```text
 *  0 1 2 3 4 5 6 7
 * +-+-+-+-+-+-+-+-+   config: mode, bandwidth and length of each frame
 * | config  |s| c |   s: stereo
 * +-+-+-+-+-+-+-+-+   c: 0 one frame, 1 two equal, 2 two different, 3 as the next byte says
 * ```
 */

/** Ticks of 48 kHz in 120 ms, the longest a packet may last. */
const MAX_TICKS = 5760;

/**
 * How long `packet` lasts, in ticks of 48 kHz; 0 if it breaks a rule of
 * {@link https://www.rfc-editor.org/rfc/rfc6716#section-3.4 RFC 6716 section 3.4} that its first two
 * bytes and its length show.
 */
export function opusDuration(packet: Uint8Array): number {
  if (packet.length === 0) return 0;
  const frames = frameCount(packet);
  const ticks = frames * frameTicks(packet[0] >> 3);
  return ticks <= MAX_TICKS ? ticks : 0;
}

/** The packet of one byte that says: 20 ms (10 if those are the frames of `packet`) like it are lost. */
export function lostOpusPacket(packet: Uint8Array): Uint8Array {
  const config = packet[0] >> 3;
  const length = config < 12 ? Math.min(config & 3, 1) : config & 3;
  return Uint8Array.of(((config & 0x1c) | length) << 3);
}

/**
 * The sound before `packet`, out of its in-band forward error correction, as a packet of its own for
 * a decoder at 16 kHz or below; nothing if it has none.
 *
 * A packet may begin with a second, coarser copy of the frame before its own (LBRR, RFC 6716
 * section 4.2.5). libopus decodes it when asked to, but its build for opusscript has no way to ask.
 * So the packet is made to say that the copy is the frame:
 *
 * - The first bits of the frame are, per channel, "has voice" and "has a copy", each with odds of one
 *   half, which the range coder writes as they are. A copy is coded as a frame that has voice, so
 *   with the one bit set and the other cleared, what is decoded as the frame is the copy.
 * - The frame's own bits are left over behind it. A wide-band SILK frame would take them for a
 *   transition to CELT; as hybrid they are the band from 8 kHz up, which does not exist at 16 kHz.
 *
 * So only wide-band and hybrid packets of one frame of 10 or 20 ms are served, which is what speech
 * at 24 kbit/s and more comes as.
 */
export function redundantOpusPacket(packet: Uint8Array): Uint8Array | undefined {
  if (packet.length < 3 || (packet[0] & 3) !== 0) return undefined;
  const config = packet[0] >> 3;
  const wideBandSilk = config === 8 || config === 9;
  const hybrid = config >= 12 && config <= 15;
  if ((!wideBandSilk && !hybrid) || (packet[1] & 0x40) === 0) return undefined;
  const redundant = packet.slice();
  if (wideBandSilk) redundant[0] += 4 << 3;
  redundant[1] = (packet[1] & 0x3f) | 0x80;
  const stereo = (packet[0] & 4) !== 0;
  if (stereo) {
    const sideHasCopy = (packet[1] & 0x10) !== 0;
    redundant[1] = (redundant[1] & 0xcf) | (sideHasCopy ? 0x20 : 0);
  }
  return redundant;
}

/** Length of each frame in ticks of 48 kHz: RFC 6716 table 2. */
function frameTicks(config: number): number {
  if (config < 12) return [480, 960, 1920, 2880][config & 3];
  if (config < 16) return [480, 960][config & 1];
  return [120, 240, 480, 960][config & 3];
}

/** How many frames `packet` has; 0 if its length cannot hold them. */
function frameCount(packet: Uint8Array): number {
  switch (packet[0] & 3) {
    case 0:
      return 1;
    case 1:
      return packet.length % 2 === 1 ? 2 : 0;
    case 2:
      return packet.length > 1 ? 2 : 0;
    default:
      return packet.length > 1 ? packet[1] & 63 : 0;
  }
}
