/** `POST /v1/chat/completions`: a conversation, answered token by token as server-sent events. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { ApiError, requireKnown, requireOneOf, requireText } from "./api_error.ts";
import { answer, jsonOf, trickle } from "./http_exchange.ts";

/** One entry of a conversation. */
export interface ChatMessage {
  readonly role: string;
  readonly content: string;
}

const FIELDS = ["model", "messages", "stream", "stream_options", "temperature", "max_tokens"];
const ROLES = ["system", "developer", "user", "assistant"];
/** Bytes in a chunk of the network: it ends within a line, and now and then holds the end of an event. */
const CHUNK = 67;
const PAUSE_MS = 1;

/** Reads the conversation, checks it, and answers the tokens that `thinks` tells. */
export async function answerChat(
  request: IncomingMessage,
  response: ServerResponse,
  thinks: (messages: readonly ChatMessage[]) => readonly string[],
): Promise<void> {
  const body = await jsonOf(request);
  requireKnown(body, FIELDS);
  const model = requireText(body.model, "model");
  const tokens = thinks(messagesOf(body.messages));
  const common = { id: "chatcmpl-1", created: 1_790_000_000, model };
  if (body.stream !== true) {
    const message = { role: "assistant", content: tokens.join("") };
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
    ...tokens.map((content) => chunk({ content })),
    chunk({}, "stop"),
    "data: [DONE]\n\n",
  ];
  response.writeHead(200, { "Content-Type": "text/event-stream; charset=utf-8" });
  await trickle(response, chunksOf(new TextEncoder().encode(events.join(""))), PAUSE_MS);
}

function messagesOf(value: unknown): readonly ChatMessage[] {
  if (!Array.isArray(value) || value.length === 0) {
    throw new ApiError(400, "Invalid 'messages': empty array.", "empty_array", "messages");
  }
  for (const [index, message] of value.entries()) {
    requireKnown(message, ["role", "content", "name"]);
    requireOneOf(message.role, ROLES, `messages[${index}].role`);
    requireText(message.content, `messages[${index}].content`);
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
