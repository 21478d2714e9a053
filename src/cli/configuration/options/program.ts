/** What the program itself is told. */

import type { OptionTable } from "../option.ts";
import { onOff, text } from "../option_kinds.ts";

/** What the program itself is told. */
export interface ProgramSettings {
  /** The file that the configuration was read from; undefined for none. */
  readonly config: string | undefined;
  /** Show the configuration and exit. */
  readonly printConfig: boolean;
  /** Show the options and exit. */
  readonly help: boolean;
  /** Show the version and exit. */
  readonly version: boolean;
}

/** Their table. */
export const program: OptionTable<ProgramSettings> = {
  config: {
    ...text("the path of a JSON file"),
    places: ["flag", "environment"],
    what: "file with options by their names in camelCase, below flags and environment",
  },
  printConfig: {
    ...onOff(),
    fallback: false,
    places: ["flag"],
    what: "shows what the configuration comes to and where each value is from, and exits",
  },
  help: {
    ...onOff(),
    fallback: false,
    places: ["flag"],
    what: "shows this text and exits",
  },
  version: {
    ...onOff(),
    fallback: false,
    places: ["flag"],
    what: "shows the version and exits",
  },
};
