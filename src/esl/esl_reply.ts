/** What FreeSWITCH answers to a command. */

import type { EslFrame } from "./esl_frame.ts";
import { decodePercent, decodeText } from "./lenient_text.ts";

/** The answer to a command. */
export interface EslReply {
  /** What it says: the `Reply-Text` or, for an API command, the body; without the line end. */
  readonly text: string;
  /** The headers, decoded. */
  readonly headers: ReadonlyMap<string, string>;
}

/** The answer in a frame. */
export function replyOf(frame: EslFrame): EslReply {
  const { headers } = frame;
  // Only the answer to `connect` is written as an event is, with percent signs.
  const isEvent = headers.has("Event-Name");
  const decoded = isEvent
    ? new Map([...headers].map(([name, value]) => [name, decodePercent(value)]))
    : headers;
  const isApi = headers.get("Content-Type") === "api/response";
  const text = isApi ? decodeText(frame.body) : decoded.get("Reply-Text") ?? "";
  return { text: text.replace(/\r?\n$/, ""), headers: decoded };
}

/** Whether a reply says no. */
export function isRefusal(text: string): boolean {
  return text.startsWith("-ERR") || text.startsWith("-USAGE");
}
