/** What was said of an option, and where. */

import type { OptionPlace } from "./option.ts";

/** A value that somebody gave. */
export interface Said {
  /** The option. */
  readonly name: string;
  /** What was said, as it was said. */
  readonly value: unknown;
  /** Where. */
  readonly place: OptionPlace;
  /** The very flag, variable or key: `--sip-port`, `SOFIA_PHONE_SIP_PORT`, `"sipPort" in sofia.json`. */
  readonly by: string;
}

/** All that was said at one place, by option, and what is wrong with it. */
export interface Reading {
  readonly said: ReadonlyMap<string, Said>;
  readonly faults: readonly string[];
}
