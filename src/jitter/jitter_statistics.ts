/**
 * What became of the packets of a call, for reports and alarms.
 *
 * Every packet has one fate, so these always add up: `received` = `delivered` + `comfortNoise` +
 * `events` + `duplicates` + `late` + `strays` + `invalid` + `tooFast` + `waiting`.
 */
export interface JitterStatistics extends Readonly<JitterCounters> {
  /** Packets held back now, until a gap before them is filled or given up. */
  readonly waiting: number;
  /** Sound made up for loss, in milliseconds. */
  readonly concealedMs: number;
  /** Silence made up while nothing was sent, in milliseconds. */
  readonly silenceMs: number;
  /** How long a missing packet is waited for now, in milliseconds after it was due. */
  readonly deadlineMs: number;
  /** By how much the line is now longer than what the sender sent, in milliseconds. */
  readonly leadMs: number;
}

/** What is counted, by kind. */
export class JitterCounters {
  /** Packets pushed. */
  received = 0;
  /** Audio packets passed on as a frame. */
  delivered = 0;
  /** Comfort noise packets (RFC 3389): they set the noise of the silence that follows. */
  comfortNoise = 0;
  /** telephone-event packets (RFC 4733): a place in the sequence, no sound. */
  events = 0;
  /** Packets that had come before. */
  duplicates = 0;
  /** Packets that came when their time was over. */
  late = 0;
  /** Packets far from all others, followed by none that went on from them. */
  strays = 0;
  /** Audio packets whose payload is none of the codec's. */
  invalid = 0;
  /** Audio packets with more sound than there was time for. */
  tooFast = 0;
  /** Sequence numbers whose packet was given up. One that comes after all is also `late`. */
  lost = 0;
  /** Packets that came after one with a higher sequence number, in time nevertheless. */
  reordered = 0;
  /** Times the sequence began anew: another SSRC, or a jump that a second packet confirmed. */
  resyncs = 0;
  /** Times the timestamps alone jumped, so that they had to be set against the line anew. */
  timestampJumps = 0;
}
