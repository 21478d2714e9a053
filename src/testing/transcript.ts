/** A conversation as a text. */

import type { ConversationEnd, ConversationParts } from "./conversation.ts";

/** One line of a transcript. */
export interface TranscriptLine {
  /** Who did it; `backend` is what was understood of the caller. */
  readonly who: "caller" | "agent" | "backend";
  /** What was said, or done. */
  readonly text: string;
  /** What of it was not heard, as the agent was cut short. */
  readonly unheard?: string;
  /** It is speech, or else a sound, keys, or what the telephone did. */
  readonly isSpeech: boolean;
  /** In ms of the call. */
  readonly startMs: number;
  /** In ms of the call. */
  readonly endMs: number;
}

/** The lines in the order in which they began. */
export function transcriptOf(parts: ConversationParts): TranscriptLine[] {
  const caller = parts.deeds.map(({ kind, text, startMs, endMs }): TranscriptLine => {
    const isSpeech = kind === "speech" || kind === "backchannel";
    return { who: "caller", text: described(kind, text), isSpeech, startMs, endMs };
  });
  const agent = parts.sentences.map((sentence): TranscriptLine => {
    const { text, heard, unheard, startMs, endMs } = sentence;
    const line = { who: "agent", startMs, endMs } as const;
    if (text === "") return { ...line, text: "makes a sound", isSpeech: false };
    return { ...line, text: heard, isSpeech: true, ...(unheard === "" ? {} : { unheard }) };
  });
  const keys = parts.agentKeys.map(({ digit, atMs }): TranscriptLine => {
    return { who: "agent", text: `presses ${digit}`, isSpeech: false, startMs: atMs, endMs: atMs };
  });
  const understood = parts.transcribed.map(({ text, atMs }): TranscriptLine => {
    return { who: "backend", text, isSpeech: true, startMs: atMs, endMs: atMs };
  });
  // The sort keeps what began at the same time in this order.
  return [...caller, ...understood, ...agent, ...keys].sort((a, b) => a.startMs - b.startMs);
}

/** The lines with their times in seconds, and the end. */
export function writtenTranscript(
  lines: readonly TranscriptLine[],
  { cause, atMs, error }: ConversationEnd,
): string {
  const written = lines.map(({ who, text, unheard, isSpeech, startMs, endMs }) => {
    const what = isSpeech ? `"${text}"` : `(${text})`;
    const cut = unheard === undefined ? "" : ` / not heard: "${unheard}"`;
    const name = who === "backend" ? "understood" : who;
    const time = who === "backend" ? seconds(startMs) : `${seconds(startMs)} - ${seconds(endMs)}`;
    return `${time.padEnd(17)}  ${name.padEnd(10)}  ${what}${cut}`;
  });
  const why = error === undefined ? "" : `: ${error}`;
  return [...written, `${seconds(atMs).padEnd(17)}  the end     (${cause})${why}`].join("\n");
}

function described(kind: ConversationParts["deeds"][number]["kind"], text: string): string {
  if (kind === "keys") return `presses ${text}`;
  if (kind === "hold") return "puts the agent on hold";
  if (kind === "dead") return "is cut off";
  return text;
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(2).padStart(7);
}
