/** The times of a turn, as they are shown. */

import type { TurnTimingView } from "../schemas/turn_timing.ts";

/** The fields that are times. */
const TIMES = [
  ...["beganAt", "endedAt", "transcriptAt", "firstTokenAt", "firstAudioAt", "firstPacketAt"],
  ...["repliedAt", "playedAt", "interruptedAt"],
] as const;

/** From ms of the clock to ms since 1970, by `toWall`. */
export function turnView<Timing extends object>(
  timing: Timing,
  toWall: (at: number) => number,
): TurnTimingView {
  const shown = { ...timing } as Record<string, unknown>;
  for (const name of TIMES) {
    const at = shown[name];
    if (typeof at === "number") shown[name] = toWall(at);
  }
  return shown as TurnTimingView;
}
