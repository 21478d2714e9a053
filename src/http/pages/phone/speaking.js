// @ts-check
/** Who of the two speaks, to be told in words. */

/** Louder than this, about -34 dB of full scale, is speech. */
const LOUD = 0.02;
/** Speech goes on over pauses this short, in ms. */
const PAUSE_MS = 400;

/** Makes of levels, which flicker, a word that stays. */
export class Speaking {
  #loudAt = { caller: -Infinity, agent: -Infinity };

  /**
   * @param {{ caller: number, agent: number }} levels peaks, 0 to 1
   * @param {number} now ms
   * @returns {"agent" | "caller" | "both" | "none"}
   */
  push({ caller, agent }, now) {
    if (caller > LOUD) this.#loudAt.caller = now;
    if (agent > LOUD) this.#loudAt.agent = now;
    const isCaller = now - this.#loudAt.caller < PAUSE_MS;
    const isAgent = now - this.#loudAt.agent < PAUSE_MS;
    if (isCaller && isAgent) return "both";
    return isAgent ? "agent" : isCaller ? "caller" : "none";
  }
}
