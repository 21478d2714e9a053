/** What is kept of calls. */

import * as v from "valibot";
import type { RecordingMaker, RecordingPolicy } from "../../../call/mod.ts";
import type { OptionTable } from "../option.ts";
import { choice, onOff, text, whole } from "../option_kinds.ts";

/** What is kept of calls. */
export interface KeepingSettings {
  /** The file that a record of each call is added to; undefined for none. */
  readonly callRecords: string | undefined;
  /** Whether records have what was said. */
  readonly callRecordWords: boolean;
  /** How many calls that are over can be looked at. */
  readonly historySize: number;
  /** The folder that calls are recorded into; undefined for none. */
  readonly recordings: string | undefined;
  /** Which calls. */
  readonly recordingPolicy: RecordingPolicy;
  /** Who makes the files. */
  readonly recordingBy: RecordingMaker;
  /** What a file is named by; undefined for the phone's own way. */
  readonly recordingName: string | undefined;
}

const policies = { always: "always", "on-demand": "onDemand", never: "never" } as const;

/** Their table. */
export const keeping: OptionTable<KeepingSettings> = {
  callRecords: {
    ...text("the path of a file"),
    what: "file that gets a line of JSON for each call",
  },
  callRecordWords: {
    ...onOff(),
    fallback: false,
    what: "whether those lines have what was said",
  },
  historySize: {
    ...whole(0, 100_000),
    fallback: 200,
    what: "how many calls that are over the dashboard and /history show",
  },
  recordings: {
    ...text("the path of a folder"),
    what: "folder that calls are recorded into",
  },
  recordingPolicy: {
    rule: "always, on-demand or never",
    schema: v.pipe(
      v.string(),
      v.picklist(["always", "on-demand", "never"]),
      v.transform((word): RecordingPolicy => policies[word]),
    ),
    fallback: "always",
    what: "which calls are recorded, where there is a folder for it",
  },
  recordingBy: {
    ...choice("phone", "freeswitch"),
    fallback: "phone",
    what: "who makes the files; freeswitch needs the event socket, and a folder it can write to",
  },
  recordingName: {
    ...text("a path with {date}, {time}, {from}, {to} and {id} in it", /^[^\0/][^\0]*$/),
    what: "what a file is named by, below the folder; {date}/{time}-{from}-{id} without it",
  },
};
