/** What `doctor` is told beside what the phone is told, too. */

import type { OptionTable } from "../option.ts";
import { onOff, text } from "../option_kinds.ts";

/** What only `doctor` is told. */
export interface DoctorSettings {
  /** The number that is called through the dialplan. */
  readonly number: string;
  /** The context in which it is looked up; by default the one that has our extension. */
  readonly context: string | undefined;
  /** Look only, and make no calls. */
  readonly noCalls: boolean;
}

/** Their table. */
export const OPTIONS_OF_DOCTOR: OptionTable<DoctorSettings> = {
  number: {
    ...text("digits, with * # and + if wanted", /^[\d*#+]+$/),
    fallback: "7000",
    what: "a number that reaches the phone",
  },
  context: {
    ...text("the name of a context", /^[\w.-]+$/),
    what: "the context of the dialplan in which callers arrive",
  },
  noCalls: {
    ...onOff(),
    fallback: false,
    places: ["flag"],
    what: "look only, and make no calls",
  },
};
