/**
 * A conversation that fills in a form: asks what it does not know, takes what it hears, also several
 * answers at once, says back what it understood, and has it confirmed.
 */

import type { CallInfo, VoiceBackend } from "@sofia/phone";
import { flite } from "./flite.ts";
import { HEARING_RATE, recognize } from "./pocketsphinx.ts";

/** What is known so far, by the name of the question, in words that can be spoken. */
export type Answers = Readonly<Record<string, string>>;

/** A question of a form. */
export interface Question {
  /** What the answer is called. */
  readonly name: string;
  /** The question. */
  readonly ask: string;
  /** How many keys answer it. */
  readonly keys: number;
  /**
   * The answer in words or keys, or undefined when there is none. `isAsked`: this is what was asked.
   * Throws a RangeError when the answer cannot be; its message is spoken.
   */
  read(words: string, isAsked: boolean): string | undefined;
}

/** A form, and whom it is for. */
export interface Form {
  readonly greeting: string;
  readonly questions: readonly Question[];
  /** All that may be said, in JSGF. */
  readonly grammar: string;
  /** Said when the caller asks for help. */
  readonly help: string;
  /** Said when the caller wants a human, or is not understood three times in a row. */
  readonly human: string;
  /** What was answered, for the caller to confirm. */
  summary(answers: Answers): string;
  /** Does it, and returns the last words; or why not, and the name of the question to ask again. */
  book(
    answers: Answers,
    call: CallInfo,
  ): string | { readonly sorry: string; readonly again: string };
}

const KEYS_HELP = "Press star to hear the question again, or pound for help.";
const CONFIRM = "Is that right? Say yes or press one. Say no or press two.";
const MOST_MISSES = 3;

/** A backend that fills in the form with each caller. */
export function formBackend(form: Form): VoiceBackend {
  const dialogues = new Map<string, Dialogue>();
  return {
    sampleRate: HEARING_RATE,
    onCallStart(call) {
      const dialogue = new Dialogue(form, call);
      dialogues.set(call.sessionId, dialogue);
      return dialogue.begin();
    },
    onCallEnd: ({ sessionId }) => void dialogues.delete(sessionId),
    onDtmf: (key, { sessionId }) => dialogues.get(sessionId)?.press(key),
    onNoInput: (_silence, { sessionId }) => dialogues.get(sessionId)?.again(),
    // Something was said, or nobody would ask.
    transcribe: async (audio, _rate, { signal }) =>
      await recognize(audio, form.grammar, signal) || "(unclear)",
    generate: (text, sessionId) => dialogues.get(sessionId)?.hear(text) ?? "",
    speak: (text, { signal }) => flite(text, signal),
  };
}

/** One caller's form. */
export class Dialogue {
  readonly #form: Form;
  readonly #call: CallInfo;
  #answers: Record<string, string> = {};
  #keys = "";
  #misses = 0;
  #last = "";
  #isOver = false;

  constructor(form: Form, call: CallInfo) {
    this.#form = form;
    this.#call = call;
  }

  /** The greeting and the first question. */
  begin(): string {
    return `${this.#form.greeting} ${this.#next()}`;
  }

  /** The last question again. */
  again(): string {
    return this.#last;
  }

  /** A key was pressed: what to say, empty when more keys are awaited. */
  press(key: string): string {
    const keys = this.#keys + key;
    const isWhole = keys.length >= (this.#asked?.keys ?? 1);
    this.#keys = isWhole || key === "*" || key === "#" ? "" : keys;
    if (key === "*") return this.#last;
    if (key === "#") return this.hear("help");
    return isWhole ? this.hear(keys) : "";
  }

  /** Something was said: what to answer. */
  hear(words: string): string {
    if (this.#isOver || /\b(repeat|again)\b/.test(words)) return this.#last;
    if (/\b(good)?bye\b/.test(words)) return this.#end("Thank you for calling. Goodbye.");
    if (/\b(person|somebody)\b/.test(words)) return this.#end(this.#form.human);
    if (/\bhelp\b/.test(words)) return `${this.#form.help} ${KEYS_HELP} ${this.#next()}`;
    let understood: string[];
    try {
      understood = this.#read(words);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return this.#missed(error.message);
    }
    const asked = this.#asked;
    if (understood.length > 0) {
      this.#misses = 0;
      // The summary says it all anyway.
      return asked === undefined ? this.#next() : `${understood.join(", ")}. ${this.#next()}`;
    }
    if (asked === undefined && /\byes\b|^1$/.test(words)) return this.#book();
    if (asked === undefined && /\bno\b|^2$/.test(words)) {
      this.#answers = {};
      return `Then once more. ${this.#next()}`;
    }
    return this.#missed("Sorry, I did not understand.");
  }

  /** The question that is open; none when all is to be confirmed. */
  get #asked(): Question | undefined {
    return this.#form.questions.find(({ name }) => this.#answers[name] === undefined);
  }

  /** Takes the answers there are, and returns them. */
  #read(words: string): string[] {
    const asked = this.#asked;
    const areKeys = /^\d+$/.test(words);
    const found: Record<string, string> = {};
    for (const question of this.#form.questions) {
      if (areKeys && question !== asked) continue;
      const answer = question.read(words, question === asked);
      if (answer !== undefined) found[question.name] = answer;
    }
    this.#answers = { ...this.#answers, ...found };
    return Object.values(found);
  }

  #missed(why: string): string {
    if (++this.#misses >= MOST_MISSES) return this.#end(this.#form.human);
    return `${why} ${this.#misses === 1 ? this.#next() : `${KEYS_HELP} ${this.#next()}`}`;
  }

  #book(): string {
    const done = this.#form.book(this.#answers, this.#call);
    if (typeof done === "string") return this.#end(done);
    delete this.#answers[done.again];
    return `${done.sorry} ${this.#next()}`;
  }

  #next(): string {
    const { summary } = this.#form;
    return this.#last = this.#asked?.ask ?? `${summary(this.#answers)} ${CONFIRM}`;
  }

  #end(words: string): string {
    this.#isOver = true;
    return this.#last = words;
  }
}
