/** All that the program can be told. */

import type { AnyOptions, OptionTable } from "./option.ts";
import { answering, type AnsweringSettings } from "./options/answering.ts";
import { doors, type DoorSettings } from "./options/doors.ts";
import { freeswitch, type FreeSwitchSettings } from "./options/freeswitch.ts";
import { keeping, type KeepingSettings } from "./options/keeping.ts";
import { limits, type LimitSettings } from "./options/limits.ts";
import { lines, type LineSettings } from "./options/lines.ts";
import { logs, type LogSettings } from "./options/logs.ts";
import { program, type ProgramSettings } from "./options/program.ts";
import { survival, type SurvivalSettings } from "./options/survival.ts";
import { web, type WebSettings } from "./options/web.ts";

/** What the command line, the environment and the file come to. */
export interface Configuration
  extends
    AnsweringSettings,
    LineSettings,
    LimitSettings,
    FreeSwitchSettings,
    SurvivalSettings,
    KeepingSettings,
    WebSettings,
    DoorSettings,
    LogSettings,
    ProgramSettings {}

/** Some options under a heading. */
export interface OptionGroup {
  /** The heading. */
  readonly title: string;
  /** The options, by their names. */
  readonly options: AnyOptions;
}

/** All options, under the headings by which they are shown. */
export const OPTION_GROUPS: readonly OptionGroup[] = [
  { title: "Who answers", options: answering },
  { title: "Where calls come in", options: lines },
  { title: "How many, and how long", options: limits },
  { title: "FreeSWITCH's event socket", options: freeswitch },
  { title: "Ends and new beginnings", options: survival },
  { title: "What is kept of calls", options: keeping },
  { title: "Pages, HTTP interface, figures", options: web },
  { title: "Other ways in", options: doors },
  { title: "Log", options: logs },
  { title: "The program", options: program },
];

/** All options by their names. */
export const OPTIONS: OptionTable<Configuration> = {
  ...answering,
  ...lines,
  ...limits,
  ...freeswitch,
  ...survival,
  ...keeping,
  ...web,
  ...doors,
  ...logs,
  ...program,
};
