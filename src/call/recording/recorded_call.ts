/** A call, as far as recordings need it. */

import type { CallInfo } from "../../backend/mod.ts";
import type { MediaSession } from "../../media/mod.ts";
import type { Recording } from "./recording.ts";

/** The sound of a call, as far as recordings need it. */
export type RecordedMedia = Pick<MediaSession, "tap" | "line">;

/** What recordings need to know of a call. */
export interface RecordedCall {
  /** Who calls; `resumed`, if it was cut off in another process. */
  readonly info: CallInfo & { readonly resumed?: unknown };
  /** Its sound; undefined until it is live. */
  readonly media: RecordedMedia | undefined;
  /** Settles when it is over. */
  readonly ended: Promise<unknown>;
  /** Its Call-ID, by which FreeSWITCH has its channel. */
  readonly sipCallId?: string;
  /** Its keys, which nobody is to hear while they are masked. */
  readonly keys?: { covers(recording: Recording): void };
}
