/** What happens between the caller and the agent that no frame's marks say. */

/** What the turn stage tells of. */
export type TurnEvent =
  /** A voice began over the agent's, which is lowered until it is known what the voice wants. */
  | { readonly type: "duck" }
  /** The agent has its loudness back. */
  | { readonly type: "restore" }
  /**
   * What was heard over the agent began no turn: it was `short`, its `words` only showed that the
   * caller listens, or it was the `echo` of the agent. With how much of it there was, in ms; of an echo
   * as much as a voice would have needed.
   */
  | {
    readonly type: "false-alarm";
    readonly reason: "short" | "words" | "echo";
    readonly voiceMs: number;
  }
  /** The predictor threw, rejected, said what is no likelihood, or is late; the base silence counts. */
  | { readonly type: "predictor-failed"; readonly error: unknown };
