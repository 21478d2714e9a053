/** What the page of a caller is told of its own call. */

import { type Clock, every } from "../../clock/mod.ts";
import type { WatchedCall } from "../views/watched_call.ts";

/** How often it is looked whether something was said that no event tells, in ms. */
const LOOK_MS = 250;

/** Tells a page: `{type:"caption", entry}` or `{type:"turn", turn}`. */
export type TellNews = (
  news: { readonly type: string; readonly [field: string]: unknown },
) => void;

/** Tells what is said in a call and how its turns went, until the function that is returned is called. */
export function tellNews(watched: WatchedCall, clock: Clock, tell: TellNews): () => void {
  const timer = every(clock, LOOK_MS, () => watched.follow());
  for (const entry of watched.transcript.entries) tell({ type: "caption", entry });
  const stop = watched.listen({
    onEntry: (entry) => tell({ type: "caption", entry }),
    onTurn: (turn) => tell({ type: "turn", turn }),
  });
  return () => {
    timer.cancel();
    stop();
  };
}
