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
/** Bytes in a chunk of the network: within a line, within a letter, and now and then two events. */
const SIZES = [1, 3, 150, 2, 77, 401];
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
  await trickle(response, new TextEncoder().encode(events.join("")), SIZES, PAUSE_MS);
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
