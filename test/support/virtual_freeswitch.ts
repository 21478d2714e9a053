/** A FreeSWITCH in memory, for tests on virtual time: what it says arrives at once. */
import type { EslSocket } from "../../src/esl/mod.ts";
import { apiResponse, commandReply, jsonEvent } from "./scripted_esl.ts";

const encoder = new TextEncoder();

/** The client's end of one connection. */
export class VirtualSocket implements EslSocket {
  onData: (data: Uint8Array) => void = () => {};
  onClose: (error: Error | undefined) => void = () => {};
  /** The commands that came over it. */
  readonly commands: string[] = [];
  /** Whether it is still open. */
  isOpen = true;
  /** Whether the client reads. */
  isPaused = false;
  #text = "";
  readonly #onCommand: (socket: VirtualSocket, command: string) => void;

  constructor(onCommand: (socket: VirtualSocket, command: string) => void) {
    this.#onCommand = onCommand;
  }

  write(text: string): void {
    if (!this.isOpen) return;
    this.#text += text;
    for (let end = this.#text.indexOf("\n\n"); end !== -1; end = this.#text.indexOf("\n\n")) {
      const command = this.#text.slice(0, end);
      this.#text = this.#text.slice(end + 2);
      this.commands.push(command);
      // Not at once: no network answers before the question is asked.
      queueMicrotask(() => this.isOpen && this.#onCommand(this, command));
    }
  }

  /** FreeSWITCH says something. */
  say(text: string): void {
    if (this.isOpen) this.onData(encoder.encode(text));
  }

  /** FreeSWITCH is gone. */
  drop(error?: Error): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.onClose(error);
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
  }

  end(): void {
    this.drop();
  }

  destroy(): void {
    this.drop();
  }
}

/** What it answers, and to whom. */
export class VirtualFreeSwitch {
  /** All connections there were. */
  readonly sockets: VirtualSocket[] = [];
  /** Whether connections come about. */
  isUp = true;
  /** What it says to a login. */
  login = "+OK accepted";
  /** The channels it tells of. */
  channels: readonly Readonly<Record<string, string>>[] = [];
  /** How many it counts; those it tells of when undefined. */
  count: number | undefined;
  /** Answers to commands that begin so; undefined is no answer. */
  readonly answers = new Map<string, (command: string) => string | undefined>();

  /** The way to it, for `EslClientOptions.openSocket`. */
  readonly openSocket = (): VirtualSocket => {
    const socket = new VirtualSocket((socket, command) => this.#answer(socket, command));
    this.sockets.push(socket);
    queueMicrotask(() => {
      if (this.isUp) socket.say("Content-Type: auth/request\n\n");
      else socket.drop(new Error("connect ECONNREFUSED"));
    });
    return socket;
  };

  /** The connection that was made last. */
  get last(): VirtualSocket {
    return this.sockets[this.sockets.length - 1];
  }

  /** Tells of an event on the last connection. */
  event(fields: Readonly<Record<string, string>>): void {
    this.last.say(jsonEvent(fields));
  }

  #answer(socket: VirtualSocket, command: string): void {
    for (const [beginning, answer] of this.answers) {
      if (!command.startsWith(beginning)) continue;
      const text = answer(command);
      if (text !== undefined) socket.say(text);
      return;
    }
    socket.say(this.#usualAnswer(command));
  }

  #usualAnswer(command: string): string {
    if (command.startsWith("auth ")) return commandReply(this.login);
    if (command === "api show channels as json") {
      const rows = this.channels;
      return apiResponse(
        JSON.stringify({ row_count: rows.length, ...(rows.length > 0 && { rows }) }),
      );
    }
    if (command === "api show application as json") {
      const rows = ["answer", "bridge", "playback", "set"].map((name) => ({ name }));
      return apiResponse(JSON.stringify({ row_count: rows.length, rows }));
    }
    if (command === "api status") {
      return apiResponse(`UP 0 years\n${this.count ?? this.channels.length} session(s) - peak 2\n`);
    }
    return command.startsWith("api ") ? apiResponse("+OK\n") : commandReply("+OK");
  }
}
