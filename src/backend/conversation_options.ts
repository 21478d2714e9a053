/** How a conversation is held. */

import { requireConversation, requireOptions } from "./require_conversation.ts";
import type { TransferTarget } from "./transfer.ts";

/** What is done when the caller says nothing. */
export interface NoInputOptions {
  /**
   * Silence of both sides after which the caller is asked, in ms. Ten seconds are long for a pause
   * in thought, and short enough that nobody takes the line for dead.
   * @default 10000
   */
  readonly afterMs?: number;
  /**
   * What is asked, the first time, the second time...; after the last it is the last again. A
   * backend's `onNoInput` goes before.
   * @default [] nothing
   */
  readonly prompts?: readonly string[];
  /**
   * After so many questions without an answer the agent leaves: with the usual wait that is 40 s after
   * the last word, long enough to come back from the door. Without a question it never does.
   * @default 3
   */
  readonly leaveAfter?: number;
}

/** What is said while the answer takes long. */
export interface FillerOptions {
  /**
   * The wait from the end of the caller's turn, and from one filler to the next, in ms. Most answers are
   * there before that, and few callers have asked by then whether they were heard.
   * @default 2500
   */
  readonly afterMs?: number;
  /** What is said: the first after the first wait, and so on; each once. @default [] nothing */
  readonly say?: readonly string[];
}

/** What is done when the backend fails. */
export interface FailureOptions {
  /**
   * What the caller is told, in the backend's own voice, which is asked for it before the first call;
   * a soft tone where it has none. False says nothing.
   * @default "Sorry, something went wrong. Could you say that again?"
   */
  readonly apology?: string | false;
  /**
   * After so many turns in a row that failed the agent leaves: who has said the same three times
   * will not say it a fourth time.
   * @default 3
   */
  readonly leaveAfter?: number;
  /**
   * Who takes the caller over then: a human, by a number, a SIP URI or a dial string of FreeSWITCH. The
   * caller is still here if that fails, and hears the farewell.
   * @default nobody
   */
  readonly transferTo?: TransferTarget;
}

/** What is said to a caller who was cut off from us and is back: see `onCallResume` of a backend. */
export interface ResumeOptions {
  /** What is said first; false says nothing. @default "Sorry, we were cut off for a moment." */
  readonly say?: string | false;
  /**
   * What follows if the caller's words were the last ones, and got no answer: `{words}` in it are those.
   * If the agent was speaking, the rest of what it was saying follows instead. An empty text is nothing.
   * @default "You were saying: {words}"
   */
  readonly repeat?: string;
}

/** How a conversation is held. */
export interface ConversationOptions {
  /**
   * Prepares an answer in each pause of the caller that may be its end, and throws it away if the
   * caller goes on. It saves the time of the backend's steps; but `generate` is then asked for
   * answers that nobody hears, which a backend that acts (books, pays) must not be.
   * @default false
   */
  readonly speculate?: boolean;
  /** What is done when the caller says nothing. */
  readonly noInput?: NoInputOptions;
  /** What is said while the answer takes long. */
  readonly filler?: FillerOptions;
  /** What is done when the backend fails. */
  readonly failure?: FailureOptions;
  /** What is said to a caller who was cut off and is back. */
  readonly resume?: ResumeOptions;
  /** What the agent says when it leaves; an empty text says nothing. @default "Goodbye." */
  readonly farewell?: string;
  /**
   * The time from the end of the caller's turn to the first sound of the answer after which the turn
   * has failed, in ms. Callers give up after about as long.
   * @default 15000
   */
  readonly firstAudioMs?: number;
  /**
   * Once a turn is over, how long `transcribeStream` may take for its last word before `transcribe` is
   * asked instead, in ms. Recognisers that stream are done some 300 ms after the voice; ten times as
   * long, and the stream is broken.
   * @default 3000
   */
  readonly lastWordMs?: number;
}

/** {@link ConversationOptions} with nothing left open. */
export interface Conversation extends Required<ConversationOptions> {
  /** What is done when the caller says nothing. */
  readonly noInput: Required<NoInputOptions>;
  /** What is said while the answer takes long. */
  readonly filler: Required<FillerOptions>;
  /** What is done when the backend fails. */
  readonly failure: FailureOptions & Required<Omit<FailureOptions, "transferTo">>;
  /** What is said to a caller who was cut off and is back. */
  readonly resume: Required<ResumeOptions>;
}

const RESUME = {
  say: "Sorry, we were cut off for a moment.",
  repeat: "You were saying: {words}",
} as const;
const APOLOGY = "Sorry, something went wrong. Could you say that again?";

/**
 * Fills in what was left open.
 *
 * @throws {RangeError | TypeError} for options that cannot be; it says which
 */
export function conversationFrom(options: ConversationOptions = {}): Conversation {
  requireOptions("conversation", options);
  const { speculate = false, farewell = "Goodbye.", firstAudioMs = 15_000 } = options;
  const { lastWordMs = 3000 } = options;
  const { noInput = {}, filler = {}, failure = {}, resume = {} } = options;
  for (const [name, value] of Object.entries({ noInput, filler, failure, resume })) {
    requireOptions(name, value);
  }
  const conversation: Conversation = {
    speculate,
    noInput: withDefaults({ afterMs: 10_000, prompts: [], leaveAfter: 3 }, noInput),
    filler: withDefaults({ afterMs: 2500, say: [] }, filler),
    failure: withDefaults({ apology: APOLOGY, leaveAfter: 3 }, failure),
    resume: withDefaults<Required<ResumeOptions>, ResumeOptions>(RESUME, resume),
    farewell,
    firstAudioMs,
    lastWordMs,
  };
  requireConversation(conversation);
  return conversation;
}

/** What is given as undefined is left open, too. */
function withDefaults<Defaults extends object, Given extends object>(
  defaults: Defaults,
  given: Given,
): Defaults & Given {
  const named = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...defaults, ...Object.fromEntries(named) as Given };
}

/** All that may have to be said when the backend cannot be asked any more. */
export function phrasesOf({ filler, failure, farewell }: Conversation): string[] {
  return [...filler.say, failure.apology || "", farewell].filter((text) => text !== "");
}
