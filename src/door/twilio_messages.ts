/** What Twilio says on a media stream: https://www.twilio.com/docs/voice/media-streams/websocket-messages */

import { type DoorMessage, isRecord, nameOf } from "./door_message.ts";

/** Who calls, as `start` says. */
export interface TwilioStart {
  /** Names the stream: what we send says it. */
  readonly streamSid: string;
  /** Names the call. */
  readonly callSid: string;
  /** The parameters that the answer to the webhook has given the stream, as they were written. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** A name by Twilio: `MZ` or `CA`, and 32 hexadecimal digits. */
const SID = /^[A-Z]{2}[0-9a-f]{32}$/i;

/** The `start` that a message is, or what is wrong with it. */
export function twilioStart(said: DoorMessage): TwilioStart | string {
  const { event, start } = said;
  if (event !== "start" || !isRecord(start)) return "The first message is start";
  const { streamSid, callSid, mediaFormat, customParameters } = start;
  if (typeof streamSid !== "string" || !SID.test(streamSid)) return "streamSid is a name";
  if (typeof callSid !== "string" || !SID.test(callSid)) return "callSid is a name";
  const { encoding, sampleRate, channels = 1 } = isRecord(mediaFormat) ? mediaFormat : {};
  if (encoding !== "audio/x-mulaw" || Number(sampleRate) !== 8000 || Number(channels) !== 1) {
    return "The sound is audio/x-mulaw at 8000 Hz";
  }
  const given = isRecord(customParameters) ? Object.entries(customParameters) : [];
  const parameters: Record<string, string> = Object.create(null);
  for (const [name, value] of given) {
    if (typeof value === "string") parameters[name] = value;
  }
  return { streamSid, callSid, parameters };
}

/** The parameters as header fields are told: by lower-case name, each on one line. */
export function twilioHeaders({ parameters }: TwilioStart): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [name.toLowerCase(), nameOf(value, "")]),
  );
}

/** The sound of a `media`; undefined for one of our own, which Twilio may be asked to send, and for none. */
export function twilioSound({ media }: DoorMessage): Uint8Array | undefined {
  if (!isRecord(media) || typeof media.payload !== "string") return undefined;
  if (media.track !== undefined && media.track !== "inbound") return undefined;
  try {
    return Uint8Array.from(atob(media.payload), (char) => char.charCodeAt(0));
  } catch {
    return undefined;
  }
}

/** The number that names a `mark` of ours which has come back; undefined for any other. */
export function markedMs({ mark }: DoorMessage): number | undefined {
  const name = isRecord(mark) ? mark.name : undefined;
  return typeof name === "string" && /^\d+$/.test(name) ? Number(name) : undefined;
}

/** A `mark` of ours. */
export function twilioMark(streamSid: string, name: string): string {
  return JSON.stringify({ event: "mark", streamSid, mark: { name } });
}

/** A `media` of ours. */
export function twilioMedia(streamSid: string, sound: Uint8Array): string {
  const payload = btoa(String.fromCharCode(...sound));
  return JSON.stringify({ event: "media", streamSid, media: { payload } });
}
