/** A click is sent down a call and comes back: how long that takes, seen from outside. */
import { fromMuLaw, toMuLaw } from "../../test/support/caller/mu_law.ts";
import type { IndependentCaller } from "../../test/support/caller/independent_caller.ts";

/** Samples in a packet of 20 ms at 8,000 Hz. */
const PACKET = 160;
/** Packets from one click to the next: 200 ms, far more than a round trip takes. */
const SPACING = 10;
/** Packets before the first click, in which both sides find their rhythm. */
const WARM_UP = 50;
/** What a click is, and from where on a sample counts as one. */
const LOUD = 20_000;

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
  for (let click = 0; click < count; click++) sound[placeOf(click)] = LOUD;
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
    const found = back.find((at) => at >= left && at < left + SPACING * 20);
    if (found !== undefined) times.push(found - left);
  }
  return { times, missed: count - times.length };
}

/** The sample that clicks. 37 has no factor in common with a packet, so that all places have a turn. */
function placeOf(click: number): number {
  return (WARM_UP + click * SPACING) * PACKET + (click * 37) % PACKET;
}

/** When each click was heard: the arrival of its packet, and its place in it. */
function clicksHeard(caller: IndependentCaller): number[] {
  const loud = Math.abs(fromMuLaw(toMuLaw(LOUD))) / 2;
  return caller.heard.arrivals.flatMap(({ payloadType, payload, at }) => {
    const place = payload.findIndex((byte) => Math.abs(fromMuLaw(byte)) > loud);
    return payloadType === 0 && place >= 0 ? [at + place / 8] : [];
  });
}
