/** Who answers, and what the program is to do at all. */

import type { OptionTable } from "../option.ts";
import { choice, onOff, text } from "../option_kinds.ts";
import type { BargeInOptions } from "../../../turn/mod.ts";
import type { DetectorName } from "../../../vad/mod.ts";

/** What a voice over the agent's does. */
export type BargeInMode = NonNullable<BargeInOptions["mode"]>;

/** Who answers, and how it listens. */
export interface AnsweringSettings {
  /** `echo`, `loopback`, `mock`, or the path of a module whose default export is a backend. */
  readonly backend: string;
  /** What finds the voices of callers. */
  readonly detector: DetectorName;
  /** What a voice over the agent's does. */
  readonly bargeIn: BargeInMode;
  /** The language spoken, as a BCP 47 tag; undefined for any that is known. */
  readonly language: string | undefined;
  /** Whether keys are heard in the sound of calls, too. */
  readonly inbandDtmf: boolean;
}

/** Their table. */
export const answering: OptionTable<AnsweringSettings> = {
  backend: {
    ...text("echo, loopback, mock, or the path of a module whose default export is a backend"),
    fallback: "echo",
    what: "who answers",
  },
  detector: {
    ...choice("auto", "silero", "fvad", "energy"),
    fallback: "auto",
    what: "what finds the voices of callers; auto is the best that is installed",
  },
  bargeIn: {
    ...choice("duck", "immediate", "off"),
    fallback: "duck",
    what: "what a caller does who speaks over the agent: lower it and decide, stop it, or nothing",
  },
  language: {
    ...text("a BCP 47 tag such as en or de-AT", /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/),
    what: "language by whose words the end of a sentence is known; without it, any that is known",
  },
  inbandDtmf: {
    ...onOff(),
    fallback: false,
    what: "whether keys are heard in the sound, too, for lines that send neither RFC 4733 nor INFO",
  },
};
