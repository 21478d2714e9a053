/** How the line of a call was, from what its stages have counted. */

import { FRAME_MS } from "../../audio/mod.ts";
import type { MediaStatistics } from "../../media/mod.ts";
import type { CallQuality, LineRecord } from "./call_record.ts";
import { type LineQuality, opinionOf, ratingOf } from "./e_model.ts";

/**
 * Judges both directions of a line by the E-model.
 *
 * The delay is that of the way, half of the round trip, and of one packet: how long the bot thinks is
 * no matter of the line, and what the caller's telephone keeps nobody knows. Losses count as random.
 */
export function callQuality(codec: string, statistics: MediaStatistics): CallQuality {
  const { jitter, pacing, quality, jitterMs } = statistics;
  const delayMs = (quality?.roundTripMs ?? 0) / 2 + FRAME_MS;
  const line = { codec, delayMs };
  const sent = pacing.audio + pacing.silence + pacing.events;
  return {
    heard: {
      packets: jitter.delivered,
      concealedMs: Math.round(jitter.concealedMs),
      ...judged({ ...line, lossShare: share(jitter.lost, jitter.delivered) }, jitterMs),
    },
    ...(quality && {
      sent: judged(
        { ...line, lossShare: share(quality.lost, sent - quality.lost) },
        quality.jitterMs,
      ),
    }),
    ...(quality?.roundTripMs !== undefined &&
      { roundTripMs: Math.round(quality.roundTripMs * 10) / 10 }),
  };
}

function judged(line: LineQuality, jitterMs: number): LineRecord {
  return {
    lossShare: Number(line.lossShare.toFixed(4)),
    jitterMs: Math.round(jitterMs * 10) / 10,
    mos: Number(opinionOf(ratingOf(line)).toFixed(2)),
  };
}

/** The share of the lost; none where nothing was sent. */
function share(lost: number, arrived: number): number {
  const all = lost + arrived;
  return all > 0 ? Math.min(1, Math.max(0, lost / all)) : 0;
}
