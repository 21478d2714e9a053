/** The times of a turn, as they are shown. */

import type { TurnTiming } from "../../call/mod.ts";
import type { TurnTimingView } from "../schemas/turn_timing.ts";

/** The fields that are times. */
const TIMES = [
  ...["beganAt", "endedAt", "transcriptAt", "firstTokenAt", "firstAudioAt", "firstPacketAt"],
  ...["repliedAt", "playedAt", "interruptedAt"],
] as const;

/** From ms of the clock to ms since 1970, by `toWall`. */
export function turnView(
  timing: TurnTiming,
  toWall: (at: number) => number,
): TurnTimingView {
  const shown = { ...timing } as Record<string, unknown>;
  for (const name of TIMES) {
    const at = shown[name];
    if (typeof at === "number") shown[name] = toWall(at);
  }
  return shown as unknown as TurnTimingView;
}
