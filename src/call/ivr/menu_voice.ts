/** Says the prompts of a menu. */

import type { Announcement, Floor, Interruptible, Said } from "../../backend/mod.ts";
import { fillText } from "./fill_text.ts";
import type { Inputs } from "./inputs.ts";
import type { MenuPrompt, MenuSaying } from "./menu_prompt.ts";
import type { SoundFiles } from "./sound_files.ts";

/** What a {@link MenuVoice} speaks with. */
export interface MenuVoiceOptions {
  readonly floor: Floor;
  readonly inputs: Inputs;
  readonly sounds: SoundFiles;
  /** What stands in the texts. */
  readonly variables: Readonly<Record<string, string>>;
  /** Told of what could not be said. */
  readonly onError: (error: unknown) => void;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** Says one prompt after another, and none to a caller who has answered already. */
export class MenuVoice {
  readonly #options: MenuVoiceOptions;

  constructor(options: MenuVoiceOptions) {
    this.#options = options;
  }

  /**
   * Says all of it. A part that fails is told and passed over: who knows the menu needs no prompt.
   *
   * @returns what became of the last part that was tried; `interrupted` also when nothing had to be said,
   * as a key waits already
   */
  async say(prompt: MenuPrompt): Promise<Said["outcome"]> {
    const { inputs, onError } = this.#options;
    let outcome: Said["outcome"] = "played";
    for (const part of isParts(prompt) ? prompt : [prompt]) {
      const { interruptible } = part as { readonly interruptible?: Interruptible };
      if (interruptible !== false && await inputs.hasKey()) return "interrupted";
      try {
        let said = await this.#say(part, interruptible);
        // Cut by a key that was pressed out of habit, which is passed over.
        while (said.by === "key" && !await inputs.hasKey()) {
          said = await this.#say(part, interruptible);
        }
        outcome = said.outcome;
        if (outcome === "failed") onError(said.error);
        else if (outcome !== "played") return outcome;
        else await inputs.spokenOver();
      } catch (error) {
        outcome = "failed";
        onError(error);
      }
    }
    return outcome;
  }

  async #say(part: MenuSaying, interruptible: Interruptible | undefined): Promise<Said> {
    const { floor, signal } = this.#options;
    const what = await this.#announcement(part);
    // A text of nothing but a variable that is not known.
    if (what === "") return { outcome: "played", heard: "", heardMs: 0 };
    return await floor.say(what, { signal, ...(interruptible !== undefined && { interruptible }) });
  }

  async #announcement(part: MenuSaying): Promise<Announcement> {
    const { sounds, variables } = this.#options;
    if (typeof part === "object" && "play" in part) return await sounds.load(part.play);
    const said = typeof part === "object" && "say" in part ? part.say : part;
    return typeof said === "string" ? fillText(said, variables).trim() : said;
  }
}

function isParts(prompt: MenuPrompt): prompt is readonly MenuSaying[] {
  return Array.isArray(prompt);
}
