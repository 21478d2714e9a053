/** `POST /v1/audio/transcriptions`: a form with a file, answered with its text. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { parseWav, type WavSound } from "../wav_file.ts";
import { ApiError, requireOneOf, requireText } from "./api_error.ts";
import { answer, bodyOf } from "./http_exchange.ts";

/** The API takes files of up to 25 MB. */
const MOST_BYTES = 25 * 1024 * 1024;
const FIELDS = ["file", "model", "language", "prompt", "response_format", "temperature"];

/** Reads the form, checks it, and answers what `hears` tells. */
export async function answerTranscription(
  request: IncomingMessage,
  response: ServerResponse,
  hears: (sound: WavSound) => string,
): Promise<void> {
  const form = await formOf(request);
  for (const name of form.keys()) {
    if (!FIELDS.includes(name)) throw new ApiError(400, `Unknown parameter: '${name}'.`);
  }
  requireText(form.get("model"), "model");
  const format = form.get("response_format") ?? "json";
  requireOneOf(format, ["json", "text"], "response_format");
  const text = hears(await soundOf(form.get("file")));
  if (format === "text") answer(response, 200, "text/plain", `${text}\n`);
  else answer(response, 200, "application/json", JSON.stringify({ text }));
}

async function formOf(request: IncomingMessage): Promise<FormData> {
  const type = request.headers["content-type"] ?? "";
  if (!/^multipart\/form-data; *boundary=/.test(type)) {
    throw new ApiError(400, `Unsupported content type: '${type}'. Use multipart/form-data.`);
  }
  const body = await bodyOf(request, MOST_BYTES);
  try {
    const headers = { "content-type": type };
    return await new Response(body as BodyInit, { headers }).formData();
  } catch {
    throw new ApiError(400, "Could not parse multipart form");
  }
}

/** The API judges a file by the ending of its name, and then by what is in it. */
async function soundOf(file: FormDataEntryValue | null): Promise<WavSound> {
  if (file === null || typeof file === "string") {
    throw new ApiError(400, "Missing required parameter: 'file'.", "missing_parameter", "file");
  }
  if (!file.name.endsWith(".wav")) {
    throw new ApiError(400, `Unrecognized file format: ${file.name}`, "unsupported_format", "file");
  }
  const sound = parseWav(new Uint8Array(await file.arrayBuffer()));
  if (sound === undefined) {
    throw new ApiError(
      400,
      "Audio file might be corrupted or unsupported",
      "invalid_value",
      "file",
    );
  }
  if (sound.samples.length < 0.1 * sound.sampleRate) {
    throw new ApiError(
      400,
      "Audio file is too short. Minimum audio length is 0.1 seconds.",
      "audio_too_short",
      "file",
    );
  }
  return sound;
}
