/** What one can do to a channel by its UUID. Each rejects as {@link EslControl.api} does. */

import { quoted, variableName, variableValue } from "./channel_variables.ts";
import { oneWord } from "../command_text.ts";
import type { EslControl } from "../esl_control.ts";
import { EslRefusedError } from "../esl_error.ts";
import { parsePlainEvent } from "../event_fields.ts";
import { EslChannelEvent } from "../events/channel_event.ts";

/** Whether there is a channel of this UUID. */
export async function uuidExists(control: EslControl, uuid: string): Promise<boolean> {
  return await control.api(`uuid_exists ${id(uuid)}`) === "true";
}

/** Everything of a channel, as an event would tell it; undefined when there is none of this UUID. */
export async function uuidDump(
  control: EslControl,
  uuid: string,
): Promise<EslChannelEvent | undefined> {
  try {
    const text = await control.api(`uuid_dump ${id(uuid)}`);
    return new EslChannelEvent(parsePlainEvent(new TextEncoder().encode(text)));
  } catch (error) {
    if (error instanceof EslRefusedError) return undefined;
    throw error;
  }
}

/** Answers a channel. */
export async function uuidAnswer(control: EslControl, uuid: string): Promise<void> {
  await control.api(`uuid_answer ${id(uuid)}`);
}

/** Hangs up a channel, with a cause such as `USER_BUSY`. */
export async function uuidKill(
  control: EslControl,
  uuid: string,
  cause = "NORMAL_CLEARING",
): Promise<void> {
  await control.api(`uuid_kill ${id(uuid)} ${oneWord("the cause", cause)}`);
}

/** Bridges two channels. */
export async function uuidBridge(control: EslControl, uuid: string, other: string): Promise<void> {
  await control.api(`uuid_bridge ${id(uuid)} ${id(other)}`);
}

/** Parks a channel: it hears nothing and waits. */
export async function uuidPark(control: EslControl, uuid: string): Promise<void> {
  await control.api(`uuid_park ${id(uuid)}`);
}

/** Where a transferred channel goes. */
export interface UuidTransferOptions {
  /** The number to look up in the dialplan: no `-` at its beginning, no quotes, blanks and backslashes. */
  readonly destination: string;
  /** Which leg: this one, the one it is bridged to, or both. @default "self" */
  readonly leg?: "self" | "other" | "both";
  /** The dialplan. @default "XML" */
  readonly dialplan?: string;
  /** The context. @default "default" */
  readonly context?: string;
}

/**
 * Sends a channel through the dialplan again. Rejects with a TypeError for a destination that FreeSWITCH
 * would take for an option, or cut.
 */
export async function uuidTransfer(
  control: EslControl,
  uuid: string,
  options: UuidTransferOptions,
): Promise<void> {
  const { destination, leg = "self", dialplan = "XML", context = "default" } = options;
  if (/^-|['\\]/.test(oneWord("the destination", destination))) {
    throw new TypeError(
      "Cannot transfer a channel as its destination begins with no - and has no quotes and backslashes: " +
        `current value is ${JSON.stringify(destination.slice(0, 80))}`,
    );
  }
  const words = [
    id(uuid),
    ...(leg === "self" ? [] : [leg === "other" ? "-bleg" : "-both"]),
    destination,
    oneWord("the dialplan", dialplan),
    oneWord("the context", context),
  ];
  await control.api(`uuid_transfer ${words.join(" ")}`);
}

/** Puts a channel on hold, or takes it back. */
export async function uuidHold(control: EslControl, uuid: string, isHeld = true): Promise<void> {
  await control.api(`uuid_hold ${isHeld ? "" : "off "}${id(uuid)}`);
}

/** Begins to record a channel into a file, or stops that. */
export async function uuidRecord(
  control: EslControl,
  uuid: string,
  action: "start" | "stop" | "mask" | "unmask",
  path: string,
): Promise<void> {
  await control.api(`uuid_record ${id(uuid)} ${action} ${oneWord("the path", path)}`);
}

/** Sends keys: 0-9, `*`, `#`, A-D, `w` for a pause of half a second, `@200` for their length in ms. */
export async function uuidSendDtmf(
  control: EslControl,
  uuid: string,
  digits: string,
): Promise<void> {
  if (!/^[0-9*#A-DwW]+(@\d+)?$/.test(digits)) {
    throw new TypeError(
      `Cannot send keys as they must be of 0-9, *, #, A-D and w: current value is ${digits}`,
    );
  }
  await control.api(`uuid_send_dtmf ${id(uuid)} ${digits}`);
}

/**
 * Sets a variable of a channel to any text of one line; without a value, or with an empty one, it is no
 * more.
 *
 * Rejects with a TypeError for a name that is not of letters, digits, `_`, `-`, `.` and `:`, and for a text
 * with `${` in it: whenever the dialplan uses the variable, FreeSWITCH would run what stands behind that.
 */
export async function uuidSetvar(
  control: EslControl,
  uuid: string,
  name: string,
  value?: string,
): Promise<void> {
  // FreeSWITCH cuts the command at blanks, and takes away one layer of backslashes and quotes.
  const rest = value === undefined
    ? ""
    : ` ${quoted(variableValue(variableName(name), value), /[\\' ]/g)}`;
  await control.api(`uuid_setvar ${id(uuid)} ${variableName(name)}${rest}`);
}

/** A variable of a channel; undefined when it has none of that name. */
export async function uuidGetvar(
  control: EslControl,
  uuid: string,
  name: string,
): Promise<string | undefined> {
  const value = await control.api(`uuid_getvar ${id(uuid)} ${variableName(name)}`);
  return value === "_undef_" ? undefined : value;
}

/** Plays a file to a channel, to the one it is bridged to, or to both, while what it does goes on. */
export async function uuidBroadcast(
  control: EslControl,
  uuid: string,
  path: string,
  leg: "aleg" | "bleg" | "both" = "aleg",
): Promise<void> {
  await control.api(`uuid_broadcast ${id(uuid)} ${oneWord("the path", path)} ${leg}`);
}

/** Stops what is played to a channel. Resolves also when nothing is. */
export async function uuidBreak(control: EslControl, uuid: string): Promise<void> {
  try {
    await control.api(`uuid_break ${id(uuid)} all`);
  } catch (error) {
    const isIdle = error instanceof EslRefusedError &&
      error.reply?.includes("No such channel") === false;
    if (!isIdle) throw error;
  }
}

function id(uuid: string): string {
  return oneWord("the UUID", uuid);
}
