/** What a voice does while the agent speaks. */

/** What a voice does while the agent speaks. */
export interface BargeInOptions {
  /**
   * `off`: the agent finishes, and a voice that is still there begins a turn then. `duck`: the agent
   * is lowered at once, stops when the voice lasts or says something, and comes back when it was a
   * cough or an "mm-hm". `immediate`: the agent stops at once.
   * @default "duck"
   */
  readonly mode?: "off" | "duck" | "immediate";
  /**
   * Voice needed before the agent is lowered or, if `immediate`, stopped, in ms. Two frames: one may
   * be a click, and a good detector has itself taken 62 ms (median) to see the voice, so that the
   * caller has been speaking for some 80 ms then. Twice as much where the agent's echo was heard.
   * @default 40
   */
  readonly reactMs?: number;
  /**
   * Voice needed in all before an agent that was lowered stops, in ms, unless words say it sooner. Silero
   * marks 220 to 720 ms of an "uh-huh", "yeah", "right", "sure", "okay" or "I see" (42 of them, by eight
   * synthetic voices): 28 reach 400 ms, 5 reach 600. Of other things people say few are so short.
   * @default 600
   */
  readonly confirmMs?: number;
  /**
   * The same where all words so far are those with which people only show that they listen, in ms.
   * Recognition is some 300 ms behind the voice; who speaks on for longer wants to say something.
   * @default 1000
   */
  readonly backchannelMs?: number;
  /**
   * Silence after which a voice that was not confirmed is over, in ms. The silence before a `t` or a
   * `k` and between the halves of "mm-hm" is shorter.
   * @default 250
   */
  readonly releaseMs?: number;
  /** Words, besides those that are known, with which callers only show that they listen. @default none */
  readonly backchannels?: readonly string[];
}
