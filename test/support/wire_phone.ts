/** A phone that is nothing but its HTTP interface, and says what a test has it say. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type Page, PAGES } from "../../src/http/pages/pages.ts";
import { type PastCallNotes, PastCalls } from "../../src/http/views/past_calls.ts";
import type { PastKind } from "../../src/http/schemas/history.ts";

/** What was asked of it, besides reading. */
export interface Asked {
  readonly path: string;
  readonly body: unknown;
}

/** The fields of a call that the list shows; a test adds the others. */
export interface WireCall {
  readonly id: string;
  readonly [field: string]: unknown;
}

/** As strict as what the pages get from the real one. */
const POLICY = [
  "default-src 'none'",
  ...["script-src", "worker-src", "style-src", "connect-src", "font-src"].map((it) =>
    `${it} 'self'`
  ),
  "img-src 'self' data:",
  "media-src 'self' blob:",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** Serves the pages, and calls that a test makes up, in the format of src/http/schemas. */
export class WirePhone {
  /** Live calls, with what was said in them. */
  readonly calls: Map<string, WireCall> = new Map();
  /** Past calls, the latest first. */
  readonly past: Map<string, WireCall> = new Map();
  /** Recordings of past calls. */
  readonly recordings: Map<string, Uint8Array> = new Map();
  /** What was asked of it. */
  readonly asked: Asked[] = [];
  /** The searches of past calls that it was asked for: `limit=100&q=ada`. */
  readonly searches: string[] = [];
  /** What the list of calls is held back by. */
  holdCalls: Promise<unknown> | undefined;
  /** What each action is answered with. */
  answer: unknown;
  /** Told whenever something is asked. */
  onAsked: (asked: Asked) => void = () => {};
  /** What whoever asks has to know. */
  token: string | undefined;
  /** The problem that each action is answered with. */
  problem: { readonly status: number; readonly detail: string } | undefined;
  /** Whether connections are cut as soon as they come. */
  isDown = false;
  readonly #server: Server;
  readonly #viewers = new Set<ServerResponse>();
  #eventId = 0;

  constructor() {
    this.#server = createServer((request, response) => {
      void this.#answer(request, response).catch((error) => {
        response.writeHead(500).end(String(error));
      });
    });
  }

  /** Its address, when it is started. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  /** How many pages hear its events. */
  get viewers(): number {
    return this.#viewers.size;
  }

  /** Listens on a free port of this machine. */
  start(): Promise<void> {
    return new Promise((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
  }

  /** Cuts all connections and ends. */
  async stop(): Promise<void> {
    this.cut();
    await new Promise((resolve) => {
      this.#server.close(resolve);
      this.#server.closeAllConnections();
    });
  }

  /** Cuts the connections of all who hear its events. */
  cut(): void {
    for (const viewer of this.#viewers) viewer.destroy();
    this.#viewers.clear();
  }

  /** Tells an event to all pages. */
  tell(type: string, data: unknown): void {
    const text = `id: ${++this.#eventId}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
    for (const viewer of this.#viewers) viewer.write(text);
  }

  /** A call comes, or is other than it was. */
  put(call: WireCall): void {
    const detail = { transcript: [], timings: [], ...this.calls.get(call.id), ...call };
    this.calls.set(call.id, detail);
    this.tell("call", viewOf(detail));
  }

  /** A call is over. */
  end(id: string, end: Readonly<Record<string, unknown>> = { cause: "remote" }): void {
    this.calls.delete(id);
    this.tell("call-ended", { id, end, durationMs: 1000 });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.isDown) return void request.socket.destroy();
    const { pathname, searchParams } = new URL(request.url ?? "/", this.url);
    const page = PAGES.find(({ path }) => path === pathname);
    if (page !== undefined) return sendPage(response, page);
    const [root = "", id = "", action = ""] = pathname.slice(1).split("/").map(decodeURIComponent);
    if (this.token !== undefined && request.headers.authorization !== `Bearer ${this.token}`) {
      return send(response, 401, { title: "A token is needed" });
    }
    if (request.method === "POST") return await this.#do(request, response, pathname);
    if (root === "events") return this.#view(response);
    if (root === "calls" && id === "") {
      const body = { calls: [...this.calls.values()].map(viewOf) };
      await this.holdCalls;
      return send(response, 200, body);
    }
    if (root === "calls") return sendOne(response, this.calls.get(id));
    if (root === "history" && id === "") return this.#search(response, searchParams);
    if (root === "history" && action === "recording") {
      const sound = this.recordings.get(id);
      if (sound === undefined) return sendOne(response, undefined);
      return void response.writeHead(200, { "content-type": "audio/wav" }).end(sound);
    }
    return sendOne(response, root === "history" ? this.past.get(id) : undefined);
  }

  async #do(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const parts: Uint8Array[] = [];
    for await (const part of request) parts.push(part);
    const asked = { path, body: JSON.parse(new TextDecoder().decode(joined(parts))) };
    this.asked.push(asked);
    this.onAsked(asked);
    if (this.problem === undefined) {
      return send(response, 200, this.answer ?? { id: path.split("/")[2] });
    }
    send(response, this.problem.status, { title: "It cannot be done", ...this.problem });
  }

  /** As the real one searches. */
  #search(response: ServerResponse, query: URLSearchParams): void {
    this.searches.push(String(query));
    const past = new PastCalls(Infinity);
    for (const { hasRecording, ...call } of [...this.past.values()].reverse()) {
      const { record, transcript = [], timings = [] } = call as unknown as PastCallNotes;
      const recording = hasRecording ? { path: "", outcome: "finished" as const } : undefined;
      past.push({ record: { ...record, ...(recording && { recording }) }, transcript, timings });
    }
    const before = query.get("before");
    const page = past.page({
      limit: Number(query.get("limit")),
      ...(before !== null && { before: Number(before) }),
      words: query.get("q") ?? undefined,
      only: (query.get("only") ?? undefined) as PastKind | undefined,
    });
    send(response, 200, page);
  }

  #view(response: ServerResponse): void {
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    response.write(`event: hello\ndata: ${JSON.stringify({ isResumed: false })}\n\n`);
    for (const call of this.calls.values()) {
      response.write(`event: call\ndata: ${JSON.stringify(viewOf(call))}\n\n`);
    }
    this.#viewers.add(response);
    response.on("close", () => this.#viewers.delete(response));
  }
}

function viewOf({ transcript: _, timings: __, ...view }: WireCall): unknown {
  return view;
}

function sendPage(response: ServerResponse, { type, text }: Page): void {
  response.writeHead(200, {
    "content-type": type,
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
  }).end(text);
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

function sendOne(response: ServerResponse, one: unknown): void {
  if (one === undefined) send(response, 404, { title: "There is no such call" });
  else send(response, 200, one);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
