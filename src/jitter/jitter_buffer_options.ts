/** What a jitter buffer must know of its codec, and how patient it is. */
export interface JitterBufferOptions {
  /** Ticks of the codec's RTP timestamp per second: 8000 for G.711, 48000 for Opus. */
  readonly clockRate: number;
  /** The length of a payload in ticks; 0 or less if it is none of the codec's. */
  readonly durationOf: (payload: Uint8Array) => number;
  /**
   * When the call's first frame begins, in milliseconds of the clock that stamps the packets.
   * @default the time of the first push or poll
   */
  readonly startAt?: number;
  /**
   * Milliseconds after its due time at which a packet is given up, until the jitter is known.
   * @default 40
   */
  readonly deadlineMs?: number;
  /**
   * The least the deadline adapts to, in milliseconds; it also never falls below one and a half
   * packets, so that two packets may change places.
   * @default 30
   */
  readonly minDeadlineMs?: number;
  /**
   * The most the deadline adapts to, in milliseconds.
   * @default 120
   */
  readonly maxDeadlineMs?: number;
  /**
   * The length of the frames that fill a silent line, in milliseconds.
   * @default 20
   */
  readonly frameMs?: number;
  /**
   * When packets stop without a word, this many milliseconds are marked `lost` before `silence`.
   * @default 60
   */
  readonly concealMs?: number;
  /**
   * The oldest sound worth having, in milliseconds, when packets come in a burst after a stall.
   * @default 1000
   */
  readonly catchUpMs?: number;
}

/** {@link JitterBufferOptions} with the defaults in their places. */
export type JitterBufferSettings =
  & Required<Omit<JitterBufferOptions, "startAt">>
  & Pick<JitterBufferOptions, "startAt">;

/** Puts the defaults in; throws a `RangeError` if a number is out of its bounds. */
export function withDefaults(options: JitterBufferOptions): JitterBufferSettings {
  const { clockRate, durationOf, startAt, deadlineMs = 40, minDeadlineMs = 30 } = options;
  const { maxDeadlineMs = 120, frameMs = 20, concealMs = 60, catchUpMs = 1000 } = options;
  for (const [name, value] of Object.entries({ clockRate, frameMs, minDeadlineMs })) {
    if (!(value > 0 && value < Infinity)) throw outOfBounds(name, "above 0", value);
  }
  for (const [name, value] of Object.entries({ concealMs, catchUpMs })) {
    if (!(value >= 0)) throw outOfBounds(name, "0 or more", value);
  }
  if (!(deadlineMs >= minDeadlineMs && deadlineMs <= maxDeadlineMs)) {
    throw outOfBounds("deadlineMs", `from ${minDeadlineMs} to ${maxDeadlineMs}`, deadlineMs);
  }
  return {
    clockRate,
    durationOf,
    startAt,
    deadlineMs,
    minDeadlineMs,
    maxDeadlineMs,
    frameMs,
    concealMs,
    catchUpMs,
  };
}

function outOfBounds(name: string, rule: string, value: number): RangeError {
  return new RangeError(
    `Cannot make a jitter buffer as ${name} must be ${rule}: current value is ${value}`,
  );
}
