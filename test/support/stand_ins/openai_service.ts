/**
 * A stand-in for an OpenAI-compatible service: transcriptions, chat completions, speech.
 *
 * It speaks the protocol as the API reference has it, and refuses what that would refuse. What it
 * hears, thinks and says is the test's; its chunks end wherever it hurts.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { WavSound } from "../wav_file.ts";
import { ApiError } from "./api_error.ts";
import { answerChat, type ChatMessage, type Token } from "./chat_completions.ts";
import { answer } from "./http_exchange.ts";
import { answerSpeech } from "./speech_synthesis.ts";
import { answerTranscription } from "./transcriptions.ts";

/** What the service knows and does. */
export interface OpenAiScript {
  /** The only key it takes. */
  readonly key: string;
  /** What a sound says. */
  readonly hears: (sound: WavSound) => string;
  /** The tokens that answer a conversation. */
  readonly thinks: (messages: readonly ChatMessage[]) => readonly Token[];
}

/** A text that was spoken. */
export interface Spoken {
  readonly input: string;
  /** All of it was sent, and the client was there to the end. `undefined` while it is being sent. */
  isWhole: boolean | undefined;
}

/** The service, and what it was asked. */
export class OpenAiService implements AsyncDisposable {
  /** What it was given to hear. */
  readonly heard: WavSound[] = [];
  /** The conversations it was given to answer. */
  readonly asked: (readonly ChatMessage[])[] = [];
  /** What it was given to say. */
  readonly spoken: Spoken[] = [];
  /** Messages of the refusals. */
  readonly refused: string[] = [];
  readonly #server: Server;
  readonly #script: OpenAiScript;

  private constructor(server: Server, script: OpenAiScript) {
    this.#server = server;
    this.#script = script;
  }

  /** Starts it on a free port of 127.0.0.1. */
  static async start(script: OpenAiScript): Promise<OpenAiService> {
    const server = createServer((request, response) => void service.#take(request, response));
    const service = new OpenAiService(server, script);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return service;
  }

  /** What clients call the base URL. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`;
  }

  /** Ends it, with the connections it has. */
  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      this.#authorize(request);
      await this.#route(request, response);
    } catch (error) {
      const refusal = error instanceof ApiError ? error : new ApiError(500, String(error));
      this.refused.push(refusal.message);
      await readToEnd(request);
      answer(response, refusal.status, "application/json", refusal.body);
    }
  }

  #authorize(request: IncomingMessage): void {
    const { authorization } = request.headers;
    if (authorization === undefined) {
      throw new ApiError(401, "You didn't provide an API key.");
    }
    if (authorization !== `Bearer ${this.#script.key}`) {
      throw new ApiError(401, "Incorrect API key provided.", "invalid_api_key");
    }
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { hears, thinks } = this.#script;
    const path = request.url ?? "";
    const routes: Record<string, () => Promise<void>> = {
      "/v1/audio/transcriptions": () =>
        answerTranscription(request, response, (sound) => {
          this.heard.push(sound);
          return hears(sound);
        }),
      "/v1/chat/completions": () =>
        answerChat(request, response, (messages) => {
          this.asked.push(messages);
          return thinks(messages);
        }),
      "/v1/audio/speech": () =>
        answerSpeech(request, response, (input) => {
          const spoken: Spoken = { input, isWhole: undefined };
          this.spoken.push(spoken);
          return spoken;
        }),
    };
    if (!Object.hasOwn(routes, path)) {
      throw new ApiError(404, `Invalid URL (${request.method} ${path})`);
    }
    if (request.method !== "POST") {
      throw new ApiError(405, `Not allowed to ${request.method} on ${path} (HINT: try POST)`);
    }
    await routes[path]();
  }
}

/** Unread, the rest of a request would stand in the way of the next one on its connection. */
async function readToEnd(request: IncomingMessage): Promise<void> {
  try {
    for await (const _ of request);
  } catch {
    // Whoever asked has gone, and the connection with it.
  }
}
