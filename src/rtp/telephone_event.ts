/** The payload of a telephone-event, RFC 4733 section 2.3. */

/** One report of a key: that it is down, for how long now, and whether it is up again. */
export interface TelephoneEvent {
  /** 0-9 are the digits, 10 `*`, 11 `#`, 12-15 `A`-`D`, 16 the hook flash; up to 255. */
  readonly event: number;
  /** The key is up again. */
  readonly end: boolean;
  /** The power of the tone in dBm0 without its sign: 0 (loud) to 63. */
  readonly volume: number;
  /** Since the timestamp of the packet, in ticks of the RTP clock, 16 bits. */
  readonly duration: number;
}

const DIGITS = "0123456789*#ABCDF";

/** The character for an event code: a digit, `*`, `#`, `A`-`D`, `F` for the hook flash. */
export function digitOf(event: number): string | undefined {
  return DIGITS[event];
}

/** The event code of a character, in either case; undefined if no key has it. */
export function eventOf(digit: string): number | undefined {
  const event = digit.length === 1 ? DIGITS.indexOf(digit.toUpperCase()) : -1;
  return event < 0 ? undefined : event;
}

/**
 * Reads the reports in a payload: one, or several keys in a row (RFC 4733 section 2.5.1.5).
 *
 * Empty if there is not one whole report. A report after the first is taken for one only if the key
 * before it was released after some time, so that padding is not read as the digit 0.
 *
 * ```
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |     event     |E|R| volume    |          duration             |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * ```
 */
export function parseTelephoneEvents(payload: Uint8Array): TelephoneEvent[] {
  const events: TelephoneEvent[] = [];
  for (let at = 0; at + 4 <= payload.length; at += 4) {
    const event: TelephoneEvent = {
      event: payload[at],
      end: payload[at + 1] >= 0x80,
      volume: payload[at + 1] & 0x3f,
      duration: payload[at + 2] << 8 | payload[at + 3],
    };
    const before = events.at(-1);
    if (before && !(before.end && before.duration > 0 && event.duration > 0)) break;
    events.push(event);
  }
  return events;
}

/** Writes one report to a payload of 4 bytes. */
export function serializeTelephoneEvent(report: TelephoneEvent): Uint8Array {
  const { event, end, volume, duration } = report;
  return Uint8Array.of(event, (end ? 0x80 : 0) | volume & 0x3f, duration >> 8, duration);
}
