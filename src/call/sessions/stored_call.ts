/** What is written of a call, so that another process can go on with it. */

import type { CallInfo, JsonValue, ResumedEntry } from "../../backend/mod.ts";

/** What the agent was saying. */
export interface UnfinishedSpeech {
  /** What of it the caller has heard. */
  readonly heard: string;
  /** What of it the caller has not. */
  readonly unheard: string;
}

/**
 * A call as it is stored. There is nothing in it that the network said of itself but who calls and who
 * was called: no header field, no address but that of the invitation, no key that was pressed.
 */
export interface StoredCall {
  /** Its session: the caller's channel of FreeSWITCH. */
  readonly id: string;
  /** How often a process took it on, from 1: who has a smaller number has lost it to another. */
  readonly epoch: number;
  /** The process that has it. */
  readonly owner: string;
  /** Whether it was live when this was written. */
  readonly isLive: boolean;
  /** Who calls. */
  readonly from: CallInfo["from"];
  /** What was dialled. */
  readonly to: CallInfo["to"];
  /** The address that the invitation came from. */
  readonly remoteAddress: string;
  /** When it was first answered, in ms since 1970. */
  readonly startedAt: number;
  /** When this was written, in ms since 1970. */
  readonly updatedAt: number;
  /** What was said and heard, and when. */
  readonly history: readonly ResumedEntry[];
  /** What the agent was saying just then; undefined when it was not. */
  readonly saying?: UnfinishedSpeech;
  /** What the application has noted. */
  readonly memory: Readonly<Record<string, JsonValue>>;
  /** Why it ended, if it has. */
  readonly cause?: string;
}

/** The form of the text, for processes of another version. */
const VERSION = 1;

/** The text of a call. */
export function storedText(call: StoredCall): string {
  return `${JSON.stringify({ version: VERSION, ...call })}\n`;
}

/**
 * The call in a text.
 *
 * @throws {SyntaxError} when it is none: half of one, or another program's
 */
export function storedCall(text: string): StoredCall {
  const value = JSON.parse(text) as StoredCall & { version?: unknown };
  if (!isStoredCall(value)) {
    throw new SyntaxError(
      "Cannot read a stored call as fields are missing or are not what they are",
    );
  }
  if (value.version !== VERSION) {
    throw new SyntaxError(
      `Cannot read a stored call as its version is ${VERSION}: current value is ${value.version}`,
    );
  }
  const { version: _, ...call } = value;
  return call;
}

function isStoredCall(value: Partial<StoredCall> | null): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { epoch, history, memory, saying } = value;
  const texts = [value.id, value.owner, value.remoteAddress, value.from?.user, value.to?.user];
  return texts.every((text) => typeof text === "string") &&
    Number.isSafeInteger(epoch) && epoch! > 0 && typeof value.isLive === "boolean" &&
    Number.isFinite(value.startedAt) && Number.isFinite(value.updatedAt) &&
    Array.isArray(history) && history.every(isEntry) &&
    typeof memory === "object" && memory !== null && !Array.isArray(memory) &&
    (saying === undefined ||
      typeof saying?.heard === "string" && typeof saying.unheard === "string");
}

function isEntry(entry: Partial<ResumedEntry> | null): boolean {
  return (entry?.role === "caller" || entry?.role === "agent") && typeof entry.text === "string" &&
    (entry.at === undefined || Number.isFinite(entry.at));
}
