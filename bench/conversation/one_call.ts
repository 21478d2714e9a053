/** One call as its caller sees it: what it sent when, and what came when. */
import type { Arrival } from "../../test/support/caller/heard.ts";
import { IndependentCaller } from "../../test/support/caller/independent_caller.ts";
import { fromMuLaw } from "../../test/support/caller/mu_law.ts";
import type { EchoPath } from "./disturbances.ts";

/** Samples in a packet of 20 ms at 8,000 Hz. */
export const PACKET = 160;

/** What a caller does. */
export interface CallScript {
  /** The number it dials. */
  readonly number: string;
  /** What it says, from the answer to the end of the call, at 8 kHz. Echo is added to it. */
  readonly sound: Int16Array;
  /** How its telephone echoes. @default not at all */
  readonly echo?: EchoPath;
}

/** What came of it; times are of `performance.now()`. */
export interface CallRecord {
  /** When each packet left. */
  readonly sentAt: readonly number[];
  /** The packets of sound that came, in order. */
  readonly arrivals: readonly Arrival[];
  /** What was said, with its echo. */
  readonly sound: Int16Array;
}

/** Calls the phone at `port`, says what is to be said, hangs up. */
export async function oneCall(port: number, script: CallScript): Promise<CallRecord> {
  const { number, echo } = script;
  const sound = script.sound.slice();
  await using caller = await IndependentCaller.call(port, number);
  const { heard } = caller;
  const sentAt: number[] = [];
  let played = 0;
  const startedAt = performance.now();
  await caller.voice.say(sound, (index) => {
    sentAt.push(performance.now());
    if (echo === undefined) return "arrives";
    for (; played < heard.arrivals.length; played++) {
      const { payload, timestamp, at } = heard.arrivals[played];
      echo.play(Int16Array.from(payload, fromMuLaw), timestamp, at - startedAt);
    }
    // The next packet holds the 20 ms from now on; an echo is later than that.
    echo.addTo(sound, (index + 1) * PACKET, PACKET);
    return "arrives";
  });
  const arrivals = heard.arrivals.filter(({ payloadType }) => payloadType === 0);
  return { sentAt, arrivals, sound };
}

/** When the packet left that holds a sample. */
export function leftAt({ sentAt }: CallRecord, sample: number): number {
  return sentAt[Math.min(sentAt.length - 1, Math.floor(sample / PACKET))];
}
