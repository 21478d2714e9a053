/** `POST /v1/chat/completions`: a conversation, answered token by token as server-sent events. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { ApiError, requireKnown, requireOneOf, requireText } from "./api_error.ts";
import { answer, jsonOf, trickle } from "./http_exchange.ts";

/** One entry of a conversation. */
export interface ChatMessage {
  readonly role: string;
  readonly content: string;
}

/** A part of an answer: some of its words, or a tool that is to be called. */
export type Token = string | { readonly tool: string; readonly arguments: object };

const FIELDS = ["model", "messages", "stream", "stream_options", "temperature", "max_tokens"];
const ROLES = ["system", "developer", "user", "assistant", "tool"];
/** Bytes in a chunk of the network: it ends within a line, and now and then holds the end of an event. */
const CHUNK = 67;
const PAUSE_MS = 1;

/** Reads the conversation, checks it, and answers the tokens that `thinks` tells. */
export async function answerChat(
  request: IncomingMessage,
  response: ServerResponse,
  thinks: (messages: readonly ChatMessage[]) => readonly Token[],
): Promise<void> {
  const body = await jsonOf(request);
  requireKnown(body, [...FIELDS, "tools"]);
  const model = requireText(body.model, "model");
  const tokens = thinks(messagesOf(body.messages));
  const common = { id: "chatcmpl-1", created: 1_790_000_000, model };
  if (body.stream !== true) {
    const content = tokens.filter((token) => typeof token === "string").join("");
    const message = { role: "assistant", content };
    const choices = [{ index: 0, message, finish_reason: "stop" }];
    const whole = { ...common, object: "chat.completion", choices };
    return answer(response, 200, "application/json", JSON.stringify(whole));
  }
  const chunk = (delta: object, finish_reason: string | null = null) => {
    const choices = [{ index: 0, delta, logprobs: null, finish_reason }];
    const event = { ...common, object: "chat.completion.chunk", choices };
    return `data: ${JSON.stringify(event)}\n\n`;
  };
  const events = [
    chunk({ role: "assistant", content: "", refusal: null }),
    ...tokens.flatMap((token, at) => {
      if (typeof token === "string") return chunk({ content: token });
      const index = tokens.slice(0, at).filter((one) => typeof one !== "string").length;
      return callOf(token, index).map((piece) => chunk({ tool_calls: [piece] }));
    }),
    chunk({}, tokens.every((token) => typeof token === "string") ? "stop" : "tool_calls"),
    "data: [DONE]\n\n",
  ];
  response.writeHead(200, { "Content-Type": "text/event-stream; charset=utf-8" });
  await trickle(response, chunksOf(new TextEncoder().encode(events.join(""))), PAUSE_MS);
}

/** The call of a tool as it is streamed: who is called, then what with, in two pieces. */
function callOf({ tool: name, arguments: given }: Exclude<Token, string>, index: number): object[] {
  const text = JSON.stringify(given);
  const half = text.length >> 1;
  const begin = { id: `call_${index}`, type: "function", function: { name, arguments: "" } };
  return [begin, { function: { arguments: text.slice(0, half) } }, {
    function: { arguments: text.slice(half) },
  }].map((piece) => ({ index, ...piece }));
}

function messagesOf(value: unknown): readonly ChatMessage[] {
  if (!Array.isArray(value) || value.length === 0) {
    throw new ApiError(400, "Invalid 'messages': empty array.", "empty_array", "messages");
  }
  for (const [index, message] of value.entries()) {
    requireKnown(message, ["role", "content", "name", "tool_calls", "tool_call_id"]);
    requireOneOf(message.role, ROLES, `messages[${index}].role`);
    const isCall = message.role === "assistant" && Array.isArray(message.tool_calls);
    if (!isCall) requireText(message.content, `messages[${index}].content`);
    if (message.role !== "tool") continue;
    // A result is that of a call which the message before it, or that before, has made.
    requireText(message.tool_call_id, `messages[${index}].tool_call_id`);
    const calls = value.slice(0, index).flatMap(({ tool_calls = [] }) => tool_calls);
    requireOneOf(
      message.tool_call_id,
      calls.map(({ id }) => id),
      `messages[${index}].tool_call_id`,
    );
  }
  return value;
}

/** Chunks that also end after the first byte of every letter that has several. */
function* chunksOf(bytes: Uint8Array): Generator<Uint8Array> {
  let from = 0;
  for (let to = 1; to <= bytes.length; to++) {
    if (bytes[to - 1] < 0xc0 && to - from < CHUNK && to < bytes.length) continue;
    yield bytes.subarray(from, to);
    from = to;
  }
}
