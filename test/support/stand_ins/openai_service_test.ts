import { describe, expect, test } from "bun:test";
import { writeWav } from "../../../src/audio/mod.ts";
import { OpenAiService } from "./openai_service.ts";
import { spokenMs } from "./speech_synthesis.ts";

const KEY = "sk-test";
const AUTHORIZED = { authorization: `Bearer ${KEY}` };
const JSON_TYPE = { ...AUTHORIZED, "content-type": "application/json" };
const messages = [{ role: "user", content: "Hi." }];

function start(): Promise<OpenAiService> {
  return OpenAiService.start({ key: KEY, hears: () => "Hi.", thinks: () => ["Grü", "ße 🎉", "."] });
}

function form(file: Blob | undefined, fields: Record<string, string> = { model: "m" }): FormData {
  const form = new FormData();
  if (file !== undefined) form.set("file", file, "turn.wav");
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return form;
}

function wav(samples: number): Blob {
  const bytes = writeWav({ sampleRate: 16_000, channels: [new Int16Array(samples)] });
  return new Blob([bytes as BlobPart]);
}

interface Refused {
  readonly path: string;
  readonly init: RequestInit;
  readonly status: number;
  readonly says: string;
}

const speech = { model: "m", voice: "alloy", input: "Hi.", response_format: "pcm" };
const json = (path: string, body: object, status: number, says: string): Refused => {
  return {
    path,
    init: { method: "POST", headers: JSON_TYPE, body: JSON.stringify(body) },
    status,
    says,
  };
};
const upload = (body: FormData, status: number, says: string): Refused => {
  const init = { method: "POST", headers: AUTHORIZED, body };
  return { path: "/audio/transcriptions", init, status, says };
};

const REFUSED: readonly (readonly [string, Refused])[] = [
  ["no key", { ...json("/chat/completions", {}, 401, "API key"), init: { method: "POST" } }],
  ["another key", {
    ...json("/chat/completions", {}, 401, "Incorrect API key"),
    init: { method: "POST", headers: { authorization: "Bearer sk-other" } },
  }],
  ["an unknown path", json("/chat", {}, 404, "Invalid URL")],
  ["GET", {
    ...json("/audio/speech", {}, 405, "Not allowed to GET"),
    init: { headers: AUTHORIZED },
  }],
  ["JSON under another type", {
    ...json("/chat/completions", {}, 400, "Unsupported content type"),
    init: { method: "POST", headers: AUTHORIZED, body: "{}" },
  }],
  ["a form without its type", {
    ...upload(form(wav(8000)), 400, "Unsupported content type"),
    init: { method: "POST", headers: AUTHORIZED, body: "file" },
  }],
  ["no model", json("/chat/completions", { messages }, 400, "'model'")],
  ["no messages", json("/chat/completions", { model: "m", messages: [] }, 400, "empty array")],
  [
    "an unknown role",
    json(
      "/chat/completions",
      { model: "m", messages: [{ role: "agent", content: "Hi." }] },
      400,
      "agent",
    ),
  ],
  ["an unknown argument", json("/audio/speech", { ...speech, rate: 8000 }, 400, "supplied: rate")],
  ["an unknown voice", json("/audio/speech", { ...speech, voice: "kal" }, 400, "'kal'")],
  ["a long text", json("/audio/speech", { ...speech, input: "a".repeat(4097) }, 400, "4096")],
  ["no file", upload(form(undefined), 400, "'file'")],
  ["a file that is no WAV", upload(form(new Blob(["sound"])), 400, "corrupted")],
  ["a file that is too short", upload(form(wav(800)), 400, "too short")],
  ["a file that is too large", upload(form(wav(13_200_000)), 413, "Maximum content size")],
];

describe("OpenAiService", () => {
  test.each(REFUSED)("refuses %s", async (_what, { path, init, status, says }) => {
    await using service = await start();
    const response = await fetch(service.url + path, init);
    expect(response.status).toBe(status);
    const { error } = await response.json();
    expect(error.message).toContain(says);
    expect(error.type).toBe("invalid_request_error");
  });

  test("streams a conversation in events whose chunks end within letters", async () => {
    await using service = await start();
    const body = JSON.stringify({ model: "m", messages, stream: true });
    const response = await fetch(`${service.url}/chat/completions`, {
      method: "POST",
      headers: JSON_TYPE,
      body,
    });
    const pieces: Uint8Array[] = [];
    for await (const piece of response.body!) pieces.push(piece);
    const text = await new Blob(pieces as BlobPart[]).text();
    const events = text.trim().split("\n\n").map((event) => event.replace("data: ", ""));
    expect(events.pop()).toBe("[DONE]");
    const deltas = events.map((event) => JSON.parse(event).choices[0].delta.content ?? "");
    expect(deltas.join("")).toBe("Grüße 🎉.");
    const isSplit = pieces.some((piece) => new TextDecoder().decode(piece).includes("\ufffd"));
    expect(isSplit).toBe(true);
  });

  test("speaks 24,000 samples a second", async () => {
    await using service = await start();
    const response = await fetch(`${service.url}/audio/speech`, {
      method: "POST",
      headers: JSON_TYPE,
      body: JSON.stringify(speech),
    });
    expect((await response.arrayBuffer()).byteLength).toBe(spokenMs("Hi.") * 48);
    expect(service.spoken).toEqual([{ input: "Hi.", isWhole: true }]);
  });
});
