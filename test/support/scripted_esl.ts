/** A FreeSWITCH that says what a script tells it to, over real sockets of the loopback. */
import { connect, createServer, type Server, type Socket } from "node:net";

const encoder = new TextEncoder();

/** The text of an answer to a command. */
export function commandReply(text: string): string {
  return `Content-Type: command/reply\nReply-Text: ${text}\n\n`;
}

/** The text of an answer to an API command. */
export function apiResponse(body: string): string {
  return `Content-Type: api/response\nContent-Length: ${encoder.encode(body).length}\n\n${body}`;
}

/** The text of an event as JSON. */
export function jsonEvent(fields: Readonly<Record<string, string>>): string {
  const body = JSON.stringify(fields);
  return `Content-Length: ${encoder.encode(body).length}\nContent-Type: text/event-json\n\n${body}`;
}

/** FreeSWITCH's end of one connection. */
export class EslPeer {
  /** Resolves when the connection is over. */
  readonly closed: Promise<void>;
  /** All commands that came, each without its empty line. */
  readonly commands: string[] = [];
  #socket: Socket;
  #text = "";
  #taken = 0;
  #waiting: (() => void)[] = [];

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.setEncoding("utf8");
    socket.on("error", () => {});
    socket.on("data", (text: string) => {
      this.#text += text;
      for (let end = this.#text.indexOf("\n\n"); end !== -1; end = this.#text.indexOf("\n\n")) {
        this.commands.push(this.#text.slice(0, end));
        this.#text = this.#text.slice(end + 2);
      }
      this.#wake();
    });
    socket.on("end", () => socket.end());
    this.closed = new Promise((resolve) =>
      socket.on("close", () => {
        resolve();
        this.#wake();
      })
    );
  }

  /** The next command; rejects when the connection ends before. */
  async command(): Promise<string> {
    while (this.#taken === this.commands.length) {
      if (this.#socket.destroyed) throw new Error("The connection is over");
      await new Promise<void>((resolve) => void this.#waiting.push(resolve));
    }
    return this.commands[this.#taken++];
  }

  /** Takes the next command, which must begin so, and answers it. */
  async expect(beginning: string, answer: string | Uint8Array): Promise<string> {
    const command = await this.command();
    if (!command.startsWith(beginning)) {
      throw new Error(`Expected ${beginning}, and it is ${command}`);
    }
    this.write(answer);
    return command;
  }

  /** Sends bytes or text. */
  write(data: string | Uint8Array): void {
    if (!this.#socket.destroyed) this.#socket.write(data);
  }

  /** Closes in good order. */
  end(): void {
    this.#socket.end();
  }

  /** Resets the connection. */
  reset(): void {
    this.#socket.resetAndDestroy();
  }

  /** Lets a client in that logs in, subscribes and asks for the channels, of which `rows` are there. */
  async welcome(rows: readonly Readonly<Record<string, string>>[] = []): Promise<void> {
    this.write("Content-Type: auth/request\n\n");
    await this.expect("auth ", commandReply("+OK accepted"));
    await this.serve((command) => {
      if (command === "api show channels as json") {
        return apiResponse(JSON.stringify({ row_count: rows.length, rows }));
      }
      if (command === "api status") return apiResponse(`${rows.length} session(s) - peak 2\n`);
      return commandReply("+OK");
    }, (command) => command === "api status");
  }

  /** Answers commands, each by what `answer` says, until `isLast` or the end. */
  async serve(
    answer: (command: string) => string,
    isLast: (command: string) => boolean = () => false,
  ): Promise<void> {
    for (;;) {
      let command: string;
      try {
        command = await this.command();
      } catch {
        return;
      }
      this.write(answer(command));
      if (isLast(command)) return;
    }
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}

/** Something clients can connect to. Each connection runs the script; what that throws is kept. */
export class ScriptedEsl implements AsyncDisposable {
  /** The connections there were, in order. */
  readonly peers: EslPeer[] = [];
  /** What the scripts threw. */
  readonly errors: unknown[] = [];
  #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** The port of 127.0.0.1 it listens on. */
  get port(): number {
    const address = this.#server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  }

  /** Listens on `port`, or on any, and runs `script` for each connection. */
  static async listen(
    script: (peer: EslPeer, nth: number) => Promise<void>,
    port = 0,
  ): Promise<ScriptedEsl> {
    const server = createServer();
    const scripted = new ScriptedEsl(server);
    server.on("connection", (socket: Socket) => {
      const peer = new EslPeer(socket);
      const nth = scripted.peers.push(peer);
      script(peer, nth).catch((error) => void scripted.errors.push(error));
    });
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, "127.0.0.1", resolve);
    });
    return scripted;
  }

  /** Calls a server of ours, as FreeSWITCH's dialplan does. */
  static async call(port: number): Promise<EslPeer> {
    const socket = connect(port, "127.0.0.1");
    await new Promise<void>((resolve, reject) => {
      socket.once("error", reject);
      socket.once("connect", resolve);
    });
    return new EslPeer(socket);
  }

  /** Ends all connections and gives the port back. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const peer of this.peers) peer.end();
    await Promise.all(this.peers.map((peer) => peer.closed));
    await new Promise<void>((resolve) => void this.#server.close(() => resolve()));
  }
}
