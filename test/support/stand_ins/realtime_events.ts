/** The client's events of the Realtime API, read as strictly as the service reads them. */
import { ApiError, requireOneOf, requireText } from "./api_error.ts";

/** How a session is set up. */
export interface SessionUpdate {
  readonly instructions: string;
  /** The pause that ends a turn, in ms. */
  readonly silenceMs: number;
}

/** An event of the client. */
export type RealtimeEvent =
  | { readonly type: "session.update"; readonly session: SessionUpdate; readonly raw: unknown }
  | { readonly type: "input_audio_buffer.append"; readonly audio: Uint8Array }
  | { readonly type: "response.create"; readonly instructions: string }
  | {
    readonly type: "conversation.item.truncate";
    readonly itemId: string;
    readonly audioEndMs: number;
  };

type Fields = Record<string, unknown>;

const TYPES = [
  "session.update",
  "input_audio_buffer.append",
  "response.create",
  "conversation.item.truncate",
];
/** An append holds up to 15 MiB. */
const MOST_BYTES = 15 * 1024 * 1024;
const SESSION = ["type", "instructions", "audio", "output_modalities", "tools", "tool_choice"];
const VAD = ["type", "threshold", "prefix_padding_ms", "silence_duration_ms"];
const VOICES = [
  "alloy",
  "ash",
  "ballad",
  "coral",
  "echo",
  "sage",
  "shimmer",
  "verse",
  "marin",
  "cedar",
];

/** Reads a message. Throws what the service would answer. */
export function readEvent(text: string): RealtimeEvent {
  const event = parse(text);
  requireOneOf(event.type, TYPES, "type");
  switch (event.type) {
    case "session.update":
      only(event, ["type", "event_id", "session"]);
      return {
        type: event.type,
        session: readSession(objectAt(event, "session")),
        raw: event.session,
      };
    case "input_audio_buffer.append":
      only(event, ["type", "event_id", "audio"]);
      return { type: event.type, audio: readAudio(event.audio) };
    case "response.create": {
      only(event, ["type", "event_id", "response"]);
      const response = event.response === undefined ? {} : objectAt(event, "response");
      only(response, ["instructions", "output_modalities", "conversation", "input"], "response");
      return { type: event.type, instructions: String(response.instructions ?? "") };
    }
    default:
      return readTruncate(event);
  }
}

function readSession(session: Fields): SessionUpdate {
  requireOneOf(session.type, ["realtime"], "session.type");
  only(session, SESSION, "session");
  const audio = objectAt(session, "audio", "session.audio");
  only(audio, ["input", "output"], "session.audio");
  const input = objectAt(audio, "input", "session.audio.input");
  const where = "session.audio.input";
  only(input, ["format", "turn_detection", "transcription", "noise_reduction"], where);
  requireFormat(input, where);
  const output = objectAt(audio, "output", "session.audio.output");
  only(output, ["format", "voice", "speed"], "session.audio.output");
  requireFormat(output, "session.audio.output");
  requireOneOf(output.voice ?? "alloy", VOICES, "session.audio.output.voice");
  const vad = objectAt(input, "turn_detection", `${where}.turn_detection`);
  requireOneOf(vad.type, ["server_vad"], `${where}.turn_detection.type`);
  only(vad, VAD, `${where}.turn_detection`);
  return {
    instructions: String(session.instructions ?? ""),
    silenceMs: Number(vad.silence_duration_ms ?? 500),
  };
}

function requireFormat(direction: Fields, where: string): void {
  const format = objectAt(direction, "format", `${where}.format`);
  requireOneOf(format.type, ["audio/pcmu"], `${where}.format.type`);
  only(format, ["type"], `${where}.format`);
}

function readAudio(value: unknown): Uint8Array {
  const text = requireText(value, "audio");
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text) || text.length % 4 !== 0) {
    throw new ApiError(
      400,
      "Invalid 'audio'. Expected base64-encoded audio bytes (mono).",
      "invalid_value",
      "audio",
    );
  }
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  if (bytes.length <= MOST_BYTES) return bytes;
  throw new ApiError(400, `Audio exceeds ${MOST_BYTES} bytes.`, "string_above_max_length", "audio");
}

function readTruncate(event: Fields): RealtimeEvent {
  only(event, ["type", "event_id", "item_id", "content_index", "audio_end_ms"]);
  const { audio_end_ms: end, content_index: index } = event;
  if (index !== 0) {
    throw new ApiError(
      400,
      "Invalid 'content_index': expected 0.",
      "invalid_value",
      "content_index",
    );
  }
  if (typeof end !== "number" || !Number.isInteger(end) || end < 0) {
    throw new ApiError(
      400,
      "Invalid type for 'audio_end_ms': expected an integer.",
      "invalid_type",
      "audio_end_ms",
    );
  }
  const itemId = requireText(event.item_id, "item_id");
  return { type: "conversation.item.truncate", itemId, audioEndMs: end };
}

function parse(text: string): Fields {
  try {
    const event = JSON.parse(text);
    if (typeof event === "object" && event !== null) return event;
  } catch {
    // Said below.
  }
  throw new ApiError(400, "The message is not a JSON object.", "invalid_json");
}

function objectAt(fields: Fields, name: string, param = name): Fields {
  const value = fields[name];
  if (typeof value === "object" && value !== null) return value as Fields;
  throw new ApiError(400, `Missing required parameter: '${param}'.`, "missing_parameter", param);
}

function only(fields: Fields, names: readonly string[], where = ""): void {
  for (const name of Object.keys(fields)) {
    if (names.includes(name)) continue;
    const param = where === "" ? name : `${where}.${name}`;
    throw new ApiError(400, `Unknown parameter: '${param}'.`, "unknown_parameter", param);
  }
}
