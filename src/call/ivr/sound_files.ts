/** WAV files that are played. */

import { resolve } from "node:path";
import type { Speech } from "../../backend/mod.ts";
import { soundOf } from "../sound_of.ts";

/** The files of a folder, each read once. */
export class SoundFiles {
  readonly #folder: string;
  readonly #sounds = new Map<string, Promise<Speech>>();

  /** Reads nothing yet. `folder` is where paths begin; that of the process by default. */
  constructor(folder = ".") {
    this.#folder = folder;
  }

  /** The sound of a file. Rejects when it cannot be read; the next time it is tried again. */
  load(path: string): Promise<Speech> {
    let sound = this.#sounds.get(path);
    if (sound === undefined) {
      sound = this.#read(path);
      this.#sounds.set(path, sound);
      sound.catch(() => this.#sounds.delete(path));
    }
    return sound;
  }

  async #read(path: string): Promise<Speech> {
    try {
      return await soundOf(resolve(this.#folder, path));
    } catch (cause) {
      const { message } = cause as Error;
      throw new Error(`Cannot play ${path} as it is a WAV file in ${this.#folder}: ${message}`, {
        cause,
      });
    }
  }
}
