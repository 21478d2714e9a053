/** What a phone can say when its backend cannot be asked any more. */

import { getLogger } from "@logtape/logtape";
import {
  conversationFrom,
  type ConversationOptions,
  Phrases,
  phrasesOf,
  type VoiceBackend,
} from "../backend/mod.ts";
import type { Clock } from "../clock/mod.ts";

const log = getLogger(["sofia-phone", "phone"]);

/**
 * Has said, in the backend's voice, what it may not be able to say later; a tone stands for what is
 * missing. Nobody waits for it.
 */
export class PreparedPhrases {
  /** Those that are there. */
  readonly phrases: Phrases;
  #missing: readonly string[];
  #isAsking = false;
  #isTold = false;

  /** All that `conversation` may need, in the voice of `backend`; nothing is asked for yet. */
  constructor(
    backend: VoiceBackend,
    options: { readonly conversation?: ConversationOptions; readonly clock: Clock },
  ) {
    this.phrases = new Phrases(backend, options.clock);
    this.#missing = phrasesOf(conversationFrom(options.conversation));
  }

  /** Asks for what is missing: a service that was down when the phone started may be up by now. */
  async prepare(): Promise<void> {
    if (this.#isAsking || this.#missing.length === 0) return;
    this.#isAsking = true;
    const failures = await this.phrases.prepare(this.#missing);
    this.#isAsking = false;
    this.#missing = [...failures.keys()];
    for (const [text, error] of failures) {
      // Once is enough for who can do something about it.
      log[this.#isTold ? "debug" : "info"](
        "a tone stands for {text}, as it could not be spoken: {error}",
        { text, error: error instanceof Error ? error.message : error },
      );
    }
    this.#isTold = true;
  }
}
