/** Which events there are accessors for. */

import { EslEvent, type EslFields } from "../esl_event.ts";
import { EslBridgeEvent } from "./bridge_event.ts";
import { EslChannelEvent } from "./channel_event.ts";
import { EslDtmfEvent } from "./dtmf_event.ts";
import { EslExecuteEvent } from "./execute_event.ts";
import { EslHangupEvent } from "./hangup_event.ts";
import { EslHeartbeatEvent } from "./heartbeat_event.ts";
import { EslJobEvent } from "./job_event.ts";
import { EslRecordEvent } from "./record_event.ts";

/** The events of FreeSWITCH that are used here, by their names. */
export interface EslEventMap {
  /** A channel is there. */
  readonly CHANNEL_CREATE: EslChannelEvent;
  /** It rings. */
  readonly CHANNEL_PROGRESS: EslChannelEvent;
  /** It sounds before it is answered. */
  readonly CHANNEL_PROGRESS_MEDIA: EslChannelEvent;
  /** It was answered. */
  readonly CHANNEL_ANSWER: EslChannelEvent;
  /** It was bridged to another. */
  readonly CHANNEL_BRIDGE: EslBridgeEvent;
  /** It is bridged no more. */
  readonly CHANNEL_UNBRIDGE: EslBridgeEvent;
  /** It waits. */
  readonly CHANNEL_PARK: EslChannelEvent;
  /** It waits no more. */
  readonly CHANNEL_UNPARK: EslChannelEvent;
  /** It was put on hold. */
  readonly CHANNEL_HOLD: EslChannelEvent;
  /** It is on hold no more. */
  readonly CHANNEL_UNHOLD: EslChannelEvent;
  /** An application begins. */
  readonly CHANNEL_EXECUTE: EslExecuteEvent;
  /** An application is done. */
  readonly CHANNEL_EXECUTE_COMPLETE: EslExecuteEvent;
  /** It hangs up. */
  readonly CHANNEL_HANGUP: EslHangupEvent;
  /** It has hung up, and everything is known of it. */
  readonly CHANNEL_HANGUP_COMPLETE: EslHangupEvent;
  /** It is gone. */
  readonly CHANNEL_DESTROY: EslChannelEvent;
  /** A key was pressed. */
  readonly DTMF: EslDtmfEvent;
  /** A recording begins. */
  readonly RECORD_START: EslRecordEvent;
  /** A recording ends. */
  readonly RECORD_STOP: EslRecordEvent;
  /** A command in the background is done. */
  readonly BACKGROUND_JOB: EslJobEvent;
  /** FreeSWITCH is alive. */
  readonly HEARTBEAT: EslHeartbeatEvent;
  /** A module has something to say; see {@link EslEvent.subclass}. */
  readonly CUSTOM: EslEvent;
}

type EventClass = new (fields: EslFields) => EslEvent;

const CLASSES: ReadonlyMap<string, EventClass> = new Map(Object.entries(
  {
    CHANNEL_CREATE: EslChannelEvent,
    CHANNEL_PROGRESS: EslChannelEvent,
    CHANNEL_PROGRESS_MEDIA: EslChannelEvent,
    CHANNEL_ANSWER: EslChannelEvent,
    CHANNEL_BRIDGE: EslBridgeEvent,
    CHANNEL_UNBRIDGE: EslBridgeEvent,
    CHANNEL_PARK: EslChannelEvent,
    CHANNEL_UNPARK: EslChannelEvent,
    CHANNEL_HOLD: EslChannelEvent,
    CHANNEL_UNHOLD: EslChannelEvent,
    CHANNEL_EXECUTE: EslExecuteEvent,
    CHANNEL_EXECUTE_COMPLETE: EslExecuteEvent,
    CHANNEL_HANGUP: EslHangupEvent,
    CHANNEL_HANGUP_COMPLETE: EslHangupEvent,
    CHANNEL_DESTROY: EslChannelEvent,
    DTMF: EslDtmfEvent,
    RECORD_START: EslRecordEvent,
    RECORD_STOP: EslRecordEvent,
    BACKGROUND_JOB: EslJobEvent,
    HEARTBEAT: EslHeartbeatEvent,
    CUSTOM: EslEvent,
  } satisfies Record<keyof EslEventMap, EventClass>,
));

/** The event with these fields, of the class its name asks for; a channel's if it is of a channel. */
export function eventOf(fields: EslFields): EslEvent {
  const name = fields.get("Event-Name");
  const known = typeof name === "string" ? CLASSES.get(name) : undefined;
  if (known !== undefined) return new known(fields);
  return fields.get("Unique-ID") === undefined ? new EslEvent(fields) : new EslChannelEvent(fields);
}

/** Whether there are accessors for an event of this name. */
export function isMapped(name: string): name is keyof EslEventMap {
  return CLASSES.has(name);
}
