/** Giving a caller to somebody else: what one can ask for and what comes of it. */

import type { Speech } from "./voice_backend.ts";

/**
 * What became of a transfer. Only after `completed` and `ended` is the caller gone; after all others it
 * is back in the conversation.
 *
 * - `completed`: the caller speaks with the target, and our call is over.
 * - `busy`, `no-answer`, `refused`, `unreachable`: the target was not to be had.
 * - `declined`: the human was told about the caller, and did not take it or hung up before the two
 *   were joined.
 * - `cancelled`: by the signal of the options.
 * - `timeout`: nobody said in time what became of it.
 * - `ended`: the caller hung up, and the target is called no more.
 */
export type TransferOutcome =
  | "completed"
  | "busy"
  | "no-answer"
  | "refused"
  | "unreachable"
  | "declined"
  | "cancelled"
  | "timeout"
  | "ended";

/** What became of a transfer, and why. */
export interface TransferResult {
  /** In a word. */
  readonly outcome: TransferOutcome;
  /** The cause by FreeSWITCH's name, such as `USER_BUSY`, where one is known. */
  readonly cause?: string;
  /** The target's channel of FreeSWITCH, where it was answered. */
  readonly channel?: string;
  /** What failed, if something did. */
  readonly error?: unknown;
}

/**
 * Who is called: an extension or a telephone number (`1001`, `+4930123456`), a SIP address
 * (`sip:desk@example.org`), or in FreeSWITCH's own words (`user/1001`, `sofia/gateway/trunk/+4930123`).
 *
 * A model may say it: nothing in it can reach more than one telephone or run a command.
 */
export type TransferTarget = string;

/** How the human is told about the caller before the two speak. */
export interface BriefOptions {
  /** What the human hears first: words in the voice of the backend, or sound. */
  readonly say: string | Speech;
  /**
   * The key by which the human takes the caller. Without one the two speak when all was said.
   * @default nothing to press
   */
  readonly acceptKey?: string;
  /** The key by which the human does not take the caller; as does hanging up. @default none */
  readonly declineKey?: string;
  /** How long the human may take to press a key after all was said, in ms. @default 15000 */
  readonly decideMs?: number;
}

/** How a caller is given to somebody else. */
export interface TransferOptions {
  /** How long the target may ring, in ms. @default 30000 */
  readonly timeoutMs?: number;
  /**
   * What the caller hears meanwhile: the tone of a telephone that rings, music or any sound, again and
   * again, or nothing.
   * @default "ringback"
   */
  readonly hear?: "ringback" | "silence" | Speech | { readonly file: string };
  /** The human is told this first, and the two speak after it. @default they speak at once */
  readonly brief?: string | Speech | BriefOptions;
  /**
   * What becomes of the caller when the target hangs up first: it is hung up, or comes back to us as a
   * new call of the same session. Only FreeSWITCH can bring it back.
   * @default "hang up"
   */
  readonly afterwards?: "hang up" | "return";
  /** The number that the target sees, and a name. @default the caller's */
  readonly callerId?: { readonly number: string; readonly name?: string };
  /** Variables of the target's channel; `sip_h_X-Name` is a header of its invitation. @default none */
  readonly variables?: Readonly<Record<string, string>>;
  /** Gives up while the target is not connected yet. @default never */
  readonly signal?: AbortSignal;
}

/** How a brief is told when only its words are given. */
export function briefOptions(brief: NonNullable<TransferOptions["brief"]>): BriefOptions {
  return typeof brief === "object" && "say" in brief ? brief : { say: brief };
}
