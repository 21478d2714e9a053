/** Which channels there are. */

import type { EslControl } from "../esl_control.ts";
import { parseRows } from "../rows.ts";

/** A channel as `show channels` tells of it. What is not known is empty. */
export interface EslChannel {
  /** The channel. */
  readonly uuid: string;
  /** Whether FreeSWITCH was called or calls. */
  readonly direction: "inbound" | "outbound";
  /** When it began, in milliseconds since 1970, to the second. */
  readonly createdAt: number;
  /** Its name, such as `sofia/internal/100@192.0.2.1`. */
  readonly name: string;
  /** The state machine's state, such as `CS_EXECUTE`. */
  readonly state: string;
  /** The call's state, such as `RINGING`, `ACTIVE`, `HELD`. */
  readonly callState: string;
  /** What the caller calls itself. */
  readonly callerName: string;
  /** The caller's number. */
  readonly callerNumber: string;
  /** The number that was called. */
  readonly destination: string;
  /** The application it is in. */
  readonly application: string;
  /** The argument of that application. */
  readonly argument: string;
  /** What both legs of a bridged call have in common. */
  readonly callUuid: string;
}

/** All channels there are, by `show channels as json`. */
export async function showChannels(control: EslControl): Promise<EslChannel[]> {
  const rows = parseRows(await control.api("show channels as json"));
  return rows.map((row) => {
    const text = (name: string) => row.get(name) ?? "";
    return {
      uuid: text("uuid"),
      direction: text("direction") === "outbound" ? "outbound" as const : "inbound" as const,
      createdAt: (Number(text("created_epoch")) || 0) * 1000,
      name: text("name"),
      state: text("state"),
      callState: text("callstate"),
      callerName: text("cid_name"),
      callerNumber: text("cid_num"),
      destination: text("dest"),
      application: text("application"),
      argument: text("application_data"),
      callUuid: text("call_uuid"),
    };
  }).filter(({ uuid }) => uuid !== "");
}
