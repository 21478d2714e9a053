/**
 * Any OpenAI-compatible service as a backend, in the cloud or on your own machine: speech to text,
 * language model and text to speech, each streaming into the next. The model may end the call, and give
 * the caller to a human where TRANSFER_TO names one. No SDK, only `fetch`.
 *
 *     OPENAI_API_KEY=sk-... bun run mod.ts --backend examples/openai.ts
 *
 * Or `deno run -A mod.ts --backend examples/openai.ts`. For each of STT, LLM and TTS there are
 * `..._BASE_URL`, `..._API_KEY` and `..._MODEL`; what is not set is OpenAI's. All on your machine:
 *
 *     STT_BASE_URL=http://127.0.0.1:8000/v1     # speaches, or whisper.cpp's server
 *     LLM_BASE_URL=http://127.0.0.1:11434/v1 LLM_MODEL=llama3.2     # Ollama
 *     TTS_BASE_URL=http://127.0.0.1:8880/v1 TTS_MODEL=piper TTS_VOICE=amy TTS_RATE=22050     # Piper
 */

import process from "node:process";
import {
  type CallActions,
  type HistoryEntry,
  type Speech,
  type VoiceBackend,
  writeWav,
} from "@sofia/phone";

const { env } = process;
const STT = service("STT", "gpt-4o-mini-transcribe");
const LLM = service("LLM", "gpt-4o-mini");
const TTS = service("TTS", "gpt-4o-mini-tts");
const VOICE = env.TTS_VOICE ?? "alloy";
/** Samples per second of `response_format: "pcm"`: OpenAI's is 24,000; others say theirs. */
const TTS_RATE = Number(env.TTS_RATE ?? 24_000);
const INSTRUCTIONS = env.LLM_INSTRUCTIONS ??
  "You answer the telephone. Your words are spoken aloud: one or two short sentences, no lists.";

/** An extension, a number, or an address such as `sip:desk@192.0.2.7`. */
const { TRANSFER_TO } = env;
/** LLM_TOOLS=off for a model that knows no tools. */
const TOOLS = env.LLM_TOOLS === "off" ? undefined : [
  tool("hang_up", "Ends the call, when the caller has said goodbye."),
  ...TRANSFER_TO ? [tool("transfer", "Gives the caller to a human, who may not be there.")] : [],
];

const bot: VoiceBackend = {
  onCallStart: () => env.GREETING ?? "Hello! How can I help you?",

  async transcribe(audio, sampleRate, { signal }) {
    const form = new FormData();
    const wav = writeWav({ sampleRate, channels: [audio] });
    form.set("file", new Blob([wav as BlobPart], { type: "audio/wav" }), "turn.wav");
    form.set("model", STT.model);
    const response = await post(STT, "/audio/transcriptions", form, signal);
    return (await response.json()).text;
  },

  async *generate(text, _sessionId, history, { signal, actions }) {
    const messages: object[] = [
      { role: "system", content: INSTRUCTIONS },
      ...history.map(asMessage),
      { role: "user", content: text },
    ];
    while (!signal.aborted) {
      const calls = yield* think(messages, signal);
      if (calls.length === 0) return;
      messages.push({ role: "assistant", content: null, tool_calls: calls });
      for (const call of calls) {
        const content = await act(call, actions!);
        messages.push({ role: "tool", tool_call_id: call.id, content });
      }
    }
  },

  async *speak(text, { signal }) {
    const body = { model: TTS.model, voice: VOICE, input: text, response_format: "pcm" };
    const response = await post(TTS, "/audio/speech", body, signal);
    yield* samplesOf(response.body!);
  },

  onError: (error, call) => console.error(`${call.from.user}: ${(error as Error).message}`),
};

export default bot;

/** Where a step is done, from its variables. */
function service(step: string, model: string) {
  return {
    url: env[`${step}_BASE_URL`] ?? env.OPENAI_BASE_URL ?? "https://api.openai.com/v1",
    key: env[`${step}_API_KEY`] ?? env.OPENAI_API_KEY,
    model: env[`${step}_MODEL`] ?? model,
  };
}

/** What the model says, as it comes; returns what it wants done. */
async function* think(
  messages: readonly object[],
  signal: AbortSignal,
): AsyncGenerator<string, ToolCall[]> {
  const calls: ToolCall[] = [];
  const body = { model: LLM.model, messages, tools: TOOLS, stream: true };
  const response = await post(LLM, "/chat/completions", body, signal);
  for await (const data of serverSentEvents(response.body!)) {
    if (data === "[DONE]") break;
    const { choices, error } = JSON.parse(data);
    if (error) throw new Error(`The model failed in mid-answer: ${error.message}`);
    const { content, tool_calls = [] } = choices?.[0]?.delta ?? {};
    yield content ?? "";
    // A call comes in pieces: its name first, then its arguments.
    for (const { index, ...piece } of tool_calls) {
      if (calls[index] === undefined) calls[index] = piece;
      else calls[index].function.arguments += piece.function.arguments;
    }
  }
  return calls;
}

interface ToolCall {
  readonly id: string;
  readonly function: { readonly name: string; arguments: string };
}

/** A tool that has one argument: what the caller hears first, as it would else hear nothing. */
function tool(name: string, description: string) {
  const words = { type: "string", description: "What the caller is told before" };
  const parameters = { type: "object", properties: { words }, required: ["words"] };
  return { type: "function", function: { name, description, parameters } };
}

/** Does what the model wants, and says what came of it. It may take a while: a telephone rings. */
async function act(call: ToolCall, actions: CallActions): Promise<string> {
  const { words } = JSON.parse(call.function.arguments || "{}");
  if (words) await actions.say(words);
  if (call.function.name === "hang_up") await actions.hangup();
  if (call.function.name !== "transfer" || TRANSFER_TO === undefined) return "done";
  return (await actions.transfer(TRANSFER_TO)).outcome;
}

/** Asks a service; when the caller goes on speaking the signal ends it, wherever it is. */
async function post(
  { url, key }: ReturnType<typeof service>,
  path: string,
  body: FormData | object,
  signal: AbortSignal,
): Promise<Response> {
  const headers: Record<string, string> = key === undefined
    ? {}
    : { authorization: `Bearer ${key}` };
  const isForm = body instanceof FormData;
  // The boundary of a form is known only to fetch, which then writes its type.
  if (!isForm) headers["content-type"] = "application/json";
  const payload = isForm ? body : JSON.stringify(body);
  const response = await fetch(url + path, { method: "POST", headers, body: payload, signal });
  if (response.ok) return response;
  throw new Error(`${url}${path} answers ${response.status}: ${await response.text()}`);
}

function asMessage({ role, text }: HistoryEntry) {
  return { role: role === "agent" ? "assistant" : "user", content: text };
}

/** The data of each event. Chunks of the network end anywhere: within a line, within a letter. */
async function* serverSentEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  let rest = "";
  for await (const text of body.pipeThrough(new TextDecoderStream() as Decoder)) {
    const lines = (rest + text).split(/\r?\n/);
    rest = lines.pop()!;
    for (const line of lines) if (line.startsWith("data:")) yield line.slice(5).trim();
  }
  if (rest.startsWith("data:")) yield rest.slice(5).trim();
}

type Decoder = ReadableWritablePair<string, Uint8Array>;

/** 16-bit little-endian PCM as it comes. A chunk may end in the middle of a sample. */
async function* samplesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Speech> {
  let half = new Uint8Array();
  for await (const chunk of body) {
    const bytes = new Uint8Array(half.length + chunk.length);
    bytes.set(half);
    bytes.set(chunk, half.length);
    const count = bytes.length >> 1;
    half = bytes.slice(2 * count);
    const view = new DataView(bytes.buffer);
    const samples = Int16Array.from({ length: count }, (_, at) => view.getInt16(2 * at, true));
    yield { samples, sampleRate: TTS_RATE };
  }
}
