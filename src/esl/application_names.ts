/** Which applications of the dialplan there are. */

import { EslRefusedError } from "./esl_error.ts";
import { parseRows } from "./rows.ts";

/**
 * The names that `show application` reports, asked for once and again when a name is not among them,
 * as a module may have been loaded meanwhile.
 *
 * FreeSWITCH hangs up the caller when it is told to execute what it does not know.
 */
export class ApplicationNames {
  #names: Promise<ReadonlySet<string>> | undefined;

  /** Forgets what it knows: the next FreeSWITCH may have other modules. */
  forget(): void {
    this.#names = undefined;
  }

  /**
   * Resolves when there is an application of this name. Rejects with {@link EslRefusedError} when there
   * is none, and as `api` does when that cannot be found out.
   *
   * @param api runs an API command
   */
  async check(name: string, api: (command: string) => Promise<string>): Promise<void> {
    const wasKnown = this.#names !== undefined;
    if ((await this.#ask(api)).has(name.toLowerCase())) return;
    if (wasKnown) {
      this.forget();
      if ((await this.#ask(api)).has(name.toLowerCase())) return;
    }
    throw new EslRefusedError(
      `Cannot execute an application as it must be one that \`show application\` reports: current value is ${name}`,
    );
  }

  #ask(api: (command: string) => Promise<string>): Promise<ReadonlySet<string>> {
    if (this.#names !== undefined) return this.#names;
    const asked = api("show application as json").then((json) =>
      new Set(parseRows(json).map((row) => (row.get("name") ?? "").toLowerCase()))
    );
    this.#names = asked;
    // What failed is asked for again, not remembered.
    asked.catch(() => {
      if (this.#names === asked) this.#names = undefined;
    });
    return asked;
  }
}
