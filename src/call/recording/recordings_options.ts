/** What the recordings of a phone are made with. */

import type { Clock, Random } from "../../clock/mod.ts";
import type { FreeSwitchLink } from "../freeswitch/freeswitch_link.ts";
import { DEFAULT_NAME, recordingName } from "./file_name.ts";
import type { RecordedCall } from "./recorded_call.ts";
import type { RecordingDisk } from "./recording_disk.ts";
import type { RecordingEvent } from "./recording_event.ts";
import type { RecordingOptions, RecordingPolicy } from "./recording_options.ts";

/** What {@link Recordings} need. */
export interface RecordingsOptions extends RecordingOptions {
  /** Time. */
  readonly clock: Clock;
  /** Chance. */
  readonly random: Random;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  /** Where files are. @default the machine's disk */
  readonly disk?: RecordingDisk;
  /** What makes those that FreeSWITCH is to make. @default none can be */
  readonly freeswitch?: FreeSwitchLink;
  /** Told what happens; of no call where the file was left by an earlier process. */
  readonly onEvent: (call: RecordedCall | undefined, event: RecordingEvent) => void;
}

/**
 * Does nothing for options that can work.
 *
 * @throws {TypeError} for others; it says what to change
 */
export function checkRecording(options: RecordingsOptions): void {
  const { folder, policy = "always", fileName = DEFAULT_NAME, by = "phone", freeswitch } = options;
  if (typeof folder !== "string" || folder === "") {
    throw new TypeError(
      `Cannot record as files need a folder, by its path: current value is ${folder}`,
    );
  }
  if (!["phone", "freeswitch"].includes(by)) {
    throw new TypeError(
      `Cannot record as files are made by "phone" or "freeswitch": current value is ${by}`,
    );
  }
  if (typeof policy !== "function") requirePolicy(policy);
  if (by === "freeswitch" && freeswitch === undefined) {
    throw new TypeError(
      "Cannot have FreeSWITCH record as the phone is not connected: name it by `freeswitch`",
    );
  }
  const nobody = { sessionId: "1", from: { user: "a" }, to: { user: "b" }, headers: {} };
  // A function may need to know a caller that there is.
  if (typeof fileName === "string") recordingName(fileName, nobody, new Date(0));
}

/** @throws {TypeError} for what is no policy, such as `true`, by which nobody knows what is meant */
export function requirePolicy(policy: unknown): asserts policy is RecordingPolicy {
  if (["always", "never", "onDemand"].includes(policy as RecordingPolicy)) return;
  throw new TypeError(
    'Cannot record as the policy is "always", "never", "onDemand" or a function that gives one of ' +
      `them: current value is ${policy}`,
  );
}
