/** A line with a jitter buffer at its end, told in a few words. */

import type { EncodedFrame } from "../../src/audio/mod.ts";
import { JitterBuffer, type JitterBufferOptions } from "../../src/jitter/mod.ts";
import type { ReceivedRtpPacket } from "../../src/rtp/mod.ts";

/** 20 ms at 8 kHz. */
export const TICKS = 160;

/** A packet's `durationOf` in these tests: its payload is a G.711 one. */
export const G711 = { clockRate: 8000, durationOf: (payload: Uint8Array) => payload.length };

/** Audio packet `n` of a sender that began with number and timestamp 0, on time: at 20 n + 20 ms. */
export function audio(n: number, differs: Partial<ReceivedRtpPacket> = {}): ReceivedRtpPacket {
  return {
    kind: "audio",
    payloadType: 0,
    marker: false,
    ssrc: 1,
    sequenceNumber: n & 0xffff,
    timestamp: n * TICKS >>> 0,
    payload: new Uint8Array(TICKS).fill(n),
    receivedAt: 20 * n + 20,
    ...differs,
  };
}

/** A comfort noise packet in the place of {@link audio} `n`. */
export function noise(n: number, differs: Partial<ReceivedRtpPacket> = {}): ReceivedRtpPacket {
  const payload = Uint8Array.of(60);
  return audio(n, { kind: "comfort-noise", payloadType: 13, payload, ...differs });
}

/** Number `n` as the telephone-event of a key that went down at number `since`. */
export function event(
  n: number,
  since: number,
  differs: Partial<ReceivedRtpPacket> = {},
): ReceivedRtpPacket {
  const payload = Uint8Array.of(5, 10, 0, 160);
  const timestamp = since * TICKS;
  return audio(n, { kind: "telephone-event", payloadType: 101, payload, timestamp, ...differs });
}

/** Audio packets from number `from` up to, but not including, `to`. */
export function audios(from: number, to: number): ReceivedRtpPacket[] {
  return Array.from({ length: to - from }, (_, i) => audio(from + i));
}

/** A frame, and when it came out. */
export type TimedFrame = EncodedFrame & { readonly at: number };

/** What came of a line. */
export interface Heard {
  readonly frames: TimedFrame[];
  readonly buffer: JitterBuffer;
}

/** Pushes packets in the order of their arrival, polling whenever it is time, up to `until` ms. */
export function listen(
  packets: readonly ReceivedRtpPacket[],
  until: number,
  options: Partial<JitterBufferOptions> = {},
): Heard {
  const buffer = new JitterBuffer({ ...G711, startAt: 0, ...options });
  const frames: TimedFrame[] = [];
  const take = (given: EncodedFrame[], at: number) => {
    for (const frame of given) frames.push({ ...frame, at });
  };
  const pollUntil = (time: number) => {
    for (let at = buffer.nextDeadline()!; at < time; at = buffer.nextDeadline()!) {
      take(buffer.poll(at), at);
    }
  };
  for (const packet of [...packets].sort((a, b) => a.receivedAt - b.receivedAt)) {
    pollUntil(packet.receivedAt);
    take(buffer.push(packet), packet.receivedAt);
  }
  pollUntil(until);
  take(buffer.flush(), until);
  return { frames, buffer };
}

/** Frames as text: the packet's number, `-` for lost, `_` for silence, times the count if many. */
export function spell(frames: readonly EncodedFrame[]): string {
  const signs = frames.map(({ kind, payload }) => {
    return kind === "audio" ? String(payload[0]) : kind === "lost" ? "-" : "_";
  });
  const words: string[] = [];
  for (let i = 0; i < signs.length;) {
    let end = i + 1;
    while (end < signs.length && signs[end] === signs[i] && /[-_]/.test(signs[i])) end++;
    words.push(end - i > 3 ? `${signs[i]}x${end - i}` : signs.slice(i, end).join(" "));
    i = end;
  }
  return words.join(" ");
}
