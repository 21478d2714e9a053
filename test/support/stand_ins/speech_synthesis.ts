/** `POST /v1/audio/speech`: a text, answered with its sound while that is being made. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { ApiError, requireKnown, requireOneOf, requireText } from "./api_error.ts";
import { jsonOf, trickle } from "./http_exchange.ts";

/** `response_format: "pcm"` has 24,000 samples of 16 bits a second. */
const RATE = 24_000;
const MS_PER_LETTER = 60;
/** How often faster than it is played the sound is made. */
const HASTE = 4;
/** Bytes in a chunk of the network: two thirds of them end within a sample. */
const SIZES = [4801, 4799, 4800];
const FIELDS = ["model", "input", "voice", "response_format", "speed", "instructions"];
const VOICES = [
  "alloy",
  "ash",
  "ballad",
  "coral",
  "echo",
  "fable",
  "nova",
  "onyx",
  "sage",
  "shimmer",
];

/** The pitch of the voice, in Hz. */
export const VOICE_HZ = 500;

/** How long a text sounds. */
export function spokenMs(text: string): number {
  return text.length * MS_PER_LETTER;
}

/** Reads the order, checks it, and sends the sound; `note` is told of the text, and told the end. */
export async function answerSpeech(
  request: IncomingMessage,
  response: ServerResponse,
  note: (input: string) => { isWhole: boolean | undefined },
): Promise<void> {
  const body = await jsonOf(request);
  requireKnown(body, FIELDS);
  requireText(body.model, "model");
  const input = requireText(body.input, "input");
  if (input.length > 4096) {
    throw new ApiError(
      400,
      "String should have at most 4096 characters",
      "string_too_long",
      "input",
    );
  }
  requireOneOf(body.voice, VOICES, "voice");
  // The API has more; this one was made to speak PCM.
  requireOneOf(body.response_format ?? "mp3", ["pcm"], "response_format");
  const noted = note(input);
  response.writeHead(200, { "Content-Type": "audio/pcm", "Transfer-Encoding": "chunked" });
  const pauseMs = SIZES[2] / 2 / (RATE / 1000) / HASTE;
  noted.isWhole = await trickle(response, chunksOf(voiceOf(input)), pauseMs);
}

/** Little-endian, whatever the machine is. */
function voiceOf(text: string): Uint8Array {
  const length = spokenMs(text) * RATE / 1000;
  const bytes = new Uint8Array(2 * length);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < length; at++) {
    view.setInt16(2 * at, Math.round(8000 * Math.sin(2 * Math.PI * VOICE_HZ * at / RATE)), true);
  }
  return bytes;
}

function* chunksOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0, turn = 0; at < bytes.length; at += SIZES[turn++ % SIZES.length]) {
    yield bytes.subarray(at, at + SIZES[turn % SIZES.length]);
  }
}
