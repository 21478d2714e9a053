/** A click is sent down a call and comes back: how long that takes, seen from outside. */
import { fromMuLaw } from "../../test/support/caller/mu_law.ts";
import type { IndependentCaller } from "../../test/support/caller/independent_caller.ts";

/** Samples in a packet of 20 ms at 8,000 Hz. */
const PACKET = 160;
/** Packets from one click to the next: 200 ms. */
const SPACING = 10;
/** Packets before the first click, in which both sides find their rhythm. */
const WARM_UP = 50;
/** How high a click is. They take turns, so that one that is back after 1.2 s is still known. */
const HEIGHTS = [9000, 12_000, 16_000, 20_000, 25_000, 31_000];
/** The height from which on a sample counts as a click. */
const LOUD = 7500;

/** The round trips of some clicks. */
export interface RoundTrips {
  /** Milliseconds each, in no order. */
  readonly times: number[];
  /** Clicks that never came back. */
  readonly missed: number;
}

/**
 * Sends `count` clicks, 200 ms apart, and times their return.
 *
 * A round trip is the time from the packet that carries the click out to the one that carries it in,
 * and the difference of its place in the two: a click that left as sample 10 and is back as sample 90
 * is heard 10 ms later than its packet. The place is another each time.
 *
 * @param phaseMs where in the 20 ms of the clock the packets leave. An endpoint that has a clock of
 * its own makes some phases wait long and others not at all, so that one call alone proves nothing.
 */
export async function timeClicks(
  caller: IndependentCaller,
  count: number,
  phaseMs: number,
): Promise<RoundTrips> {
  const packets = WARM_UP + SPACING * count;
  const sound = new Int16Array(PACKET * packets);
  for (let click = 0; click < count; click++) sound[placeOf(click)] = heightOf(click);
  const sentAt: number[] = [];
  const now = performance.now();
  const wait = Math.ceil(now / 20) * 20 + phaseMs - now;
  await new Promise((resolve) => setTimeout(resolve, wait));
  await caller.voice.say(sound, (index) => {
    sentAt[index] = performance.now();
    return "arrives";
  });
  const back = clicksHeard(caller);
  const times: number[] = [];
  for (let click = 0; click < count; click++) {
    const place = placeOf(click);
    const left = sentAt[Math.floor(place / PACKET)] + (place % PACKET) / 8;
    const found = back.find(({ at, height }) =>
      height === heightOf(click) && at >= left && at < left + SPACING * 20 * HEIGHTS.length
    );
    if (found !== undefined) times.push(found.at - left);
  }
  return { times, missed: count - times.length };
}

/** The sample that clicks. 37 has no factor in common with a packet, so that all places have a turn. */
function placeOf(click: number): number {
  return (WARM_UP + click * SPACING) * PACKET + (click * 37) % PACKET;
}

function heightOf(click: number): number {
  return HEIGHTS[click % HEIGHTS.length];
}

interface Click {
  /** The arrival of its packet, and its place in it, in ms. */
  readonly at: number;
  /** The one of {@link HEIGHTS} that it is nearest to. */
  readonly height: number;
}

function clicksHeard(caller: IndependentCaller): Click[] {
  return caller.heard.arrivals.flatMap(({ payloadType, payload, at }) => {
    const samples = Array.from(payload, fromMuLaw);
    const place = samples.findIndex((sample) => sample > LOUD);
    if (payloadType !== 0 || place < 0) return [];
    const distances = HEIGHTS.map((height) => Math.abs(height - samples[place]));
    const height = HEIGHTS[distances.indexOf(Math.min(...distances))];
    return [{ at: at + place / 8, height }];
  });
}
