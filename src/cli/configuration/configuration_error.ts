/** What cannot be started with. */

/** Options that are unknown or have values they cannot have. */
export class ConfigurationError extends Error {
  /** Tells it from other errors in a log. */
  override readonly name = "ConfigurationError";
  /** All that is wrong, each in words that finish the sentence "Cannot start as ...". */
  readonly faults: readonly string[];

  /** One fault makes a sentence, several make a list. */
  constructor(faults: string | readonly string[], options?: ErrorOptions) {
    const all = typeof faults === "string" ? [faults] : faults;
    super(
      all.length === 1
        ? `Cannot start as ${all[0]}`
        : [`Cannot start for ${all.length} reasons:`, ...all].join("\n- "),
      options,
    );
    this.faults = all;
  }
}
