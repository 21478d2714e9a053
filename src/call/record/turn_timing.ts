/** When what happened in one turn of a caller and its answer. */

/**
 * One turn of the caller and its answer, as it was: all times in ms of the call's clock, absent for what
 * did not happen.
 *
 * Of a backend that is a stream (a `DuplexBackend` or `StreamBackend`) nobody knows what it heard and
 * thought. A turn of it has when the caller spoke, as the turn stage sees it, when the first packet of
 * sound left after it, where the agent was silent at its end, and what it interrupted; it is over when
 * the next one begins.
 */
export interface TurnTiming {
  /** Its number. */
  readonly turn: number;
  /** When the voice began, as the detector of voices saw it later. */
  readonly beganAt: number;
  /** When the caller's turn was over, with the silence that ended it. */
  readonly endedAt?: number;
  /** How long before {@link endedAt} the last voice was: the price of being certain that it ended, in ms. */
  readonly silenceMs?: number;
  /** When it was understood. */
  readonly transcriptAt?: number;
  /** When the first of the model's words came. */
  readonly firstTokenAt?: number;
  /** When the first sound of the answer was there, in front of the last stages of the chain. */
  readonly firstAudioAt?: number;
  /** When the first packet of that sound left the socket. */
  readonly firstPacketAt?: number;
  /** When all of the answer was made. */
  readonly repliedAt?: number;
  /** When the last packet of the answer left the socket. */
  readonly playedAt?: number;
  /** When the answer was cut short, as a later turn or a key interrupted it. */
  readonly interruptedAt?: number;
  /** From the beginning of the voice that interrupted it to the last packet of its sound, in ms. */
  readonly bargeInMs?: number;
  /** How often something was heard over the answer that was no turn. */
  readonly falseAlarms: number;
  /** What the caller said; absent while its keys are masked, as of what follows. */
  readonly heard?: string;
  /** What was made of the answer or, where it was cut before that, what of it the caller heard. */
  readonly said?: string;
  /** What of the answer was made and not heard. */
  readonly unheard?: string;
  /** The steps that failed in it, the first 20. */
  readonly failures?: readonly string[];
}
