/** The floor of a call, with all that a menu asks with. */

import type { Floor, FloorOptions, Said } from "../../backend/mod.ts";
import { Inputs } from "./inputs.ts";
import type { MenuHost } from "./menu_host.ts";
import type { MenuPrompt } from "./menu_prompt.ts";
import { MenuVoice } from "./menu_voice.ts";
import type { Asking } from "./question.ts";
import type { SoundFiles } from "./sound_files.ts";

/** How a {@link MenuFloor} is taken. */
export interface MenuFloorOptions extends FloorOptions {
  readonly sounds: SoundFiles;
  /** What stands in the texts. */
  readonly variables: Readonly<Record<string, string>>;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** Holds the floor until it is released. */
export class MenuFloor implements Disposable {
  /** What questions are asked with. */
  readonly asking: Asking;
  readonly #floor: Floor;

  /** Takes the floor. @throws {TypeError} when it cannot be had */
  constructor(host: MenuHost, options: MenuFloorOptions) {
    const { sounds, variables, signal, listen, cut } = options;
    this.#floor = host.takeFloor({ ...(listen && { listen }), ...(cut && { cut }) });
    const floor = this.#floor;
    const inputs = new Inputs(floor, host.clock);
    const onError = (error: unknown) => host.onError(error);
    const voice = new MenuVoice({ floor, inputs, sounds, variables, onError, signal });
    const maskKeys = () => host.maskKeys();
    this.asking = { inputs, voice, clock: host.clock, signal, maskKeys };
  }

  /** Says something. */
  say(prompt: MenuPrompt): Promise<Said["outcome"]> {
    return this.asking.voice.say(prompt);
  }

  /** Says something that the caller has to hear, keys or no keys. */
  tell(prompt: MenuPrompt): Promise<Said["outcome"]> {
    return this.say(Array.isArray(prompt) ? prompt.map(uncut) : uncut(prompt as string));
  }

  /** Gives the floor back to the bot. */
  [Symbol.dispose](): void {
    this.#floor.release();
  }
}

/** Words that nothing says may be cut are said whole. */
function uncut<T>(saying: T): T | { readonly say: string; readonly interruptible: false } {
  return typeof saying === "string" ? { say: saying, interruptible: false } : saying;
}
