/** FreeSWITCH's event socket, as little of it as tests need to ask a real one what it sees. */
import { Buffer } from "node:buffer";
import { connect, type Socket } from "node:net";

/** One message: its headers as text and its body. */
interface Message {
  readonly headers: string;
  readonly body: string;
}

/** A connection that sends one command at a time and takes events as they come. */
export class EventSocket implements AsyncDisposable {
  #socket: Socket;
  #bytes = Buffer.alloc(0);
  #waiting: ((message: Message) => void)[] = [];
  #events: string[] = [];
  #watchers = new Set<() => void>();

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (chunk: Uint8Array) => this.#receive(chunk));
    socket.on("error", () => {});
  }

  /** Connects to `port` of 127.0.0.1 and logs in; rejects when that is refused. */
  static async open(port: number, password: string): Promise<EventSocket> {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    const client = new EventSocket(socket);
    try {
      await new Promise<void>((resolve, reject) => {
        client.#waiting.push(() => resolve());
        socket.once("error", reject);
        socket.once("close", () => reject(new Error("The event socket closed")));
      });
      const { headers } = await client.#ask(`auth ${password}`);
      if (!headers.includes("Reply-Text: +OK")) {
        throw new Error(`Cannot log in at port ${port}: ${headers}`);
      }
      return client;
    } catch (error) {
      socket.destroy();
      throw error;
    }
  }

  /** What an API command answers, such as `-ERR No such channel!`. */
  async api(command: string): Promise<string> {
    return (await this.#ask(`api ${command}`)).body.trim();
  }

  /** Fires an event, to which modules listen as to an order. */
  async sendEvent(
    name: string,
    headers: Readonly<Record<string, string>>,
    body: string,
  ): Promise<void> {
    const lines = Object.entries(headers).map(([header, value]) => `${header}: ${value}`);
    const { headers: reply } = await this.#ask(
      [`sendevent ${name}`, ...lines, `content-length: ${body.length}`].join("\n"),
      body,
    );
    if (!reply.includes("Reply-Text: +OK")) throw new Error(`Cannot send ${name}: ${reply}`);
  }

  /** Asks for events by name, in plain text, from now on. */
  async subscribe(...names: readonly string[]): Promise<void> {
    await this.#ask(`event plain ${names.join(" ")}`);
  }

  /** The first event, also of those that came before, whose text matches. */
  event(pattern: RegExp, timeoutMs = 10_000): Promise<string> {
    return new Promise((resolve, reject) => {
      const done = (settle: () => void): void => {
        clearTimeout(timer);
        this.#watchers.delete(look);
        settle();
      };
      const look = (): void => {
        const found = this.#events.find((text) => pattern.test(text));
        if (found !== undefined) done(() => resolve(found));
      };
      const timer = setTimeout(
        () => done(() => reject(new Error(`No event has ${pattern} in ${timeoutMs} ms`))),
        timeoutMs,
      );
      this.#watchers.add(look);
      look();
    });
  }

  /** Hangs up the connection, not the calls. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#socket.destroyed) return;
    const closed = new Promise<void>((resolve) => this.#socket.once("close", () => resolve()));
    this.#socket.destroy();
    await closed;
  }

  #ask(command: string, body = ""): Promise<Message> {
    return new Promise((resolve, reject) => {
      const fail = (): void => reject(new Error(`The event socket closed during ${command}`));
      this.#socket.once("close", fail);
      this.#waiting.push((message) => {
        this.#socket.off("close", fail);
        resolve(message);
      });
      this.#socket.write(`${command}\n\n${body}`);
    });
  }

  /** Headers, a blank line, and as many bytes of body as they say. */
  #receive(chunk: Uint8Array): void {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    for (;;) {
      const end = this.#bytes.indexOf("\n\n");
      if (end < 0) return;
      const headers = this.#bytes.toString("utf8", 0, end);
      const size = Number(/^Content-Length: (\d+)$/m.exec(headers)?.[1] ?? 0);
      if (this.#bytes.length < end + 2 + size) return;
      const body = this.#bytes.toString("utf8", end + 2, end + 2 + size);
      this.#bytes = this.#bytes.subarray(end + 2 + size);
      this.#sort({ headers, body });
    }
  }

  #sort(message: Message): void {
    if (message.headers.includes("Content-Type: text/event-plain")) {
      this.#events.push(message.body);
      for (const watcher of [...this.#watchers]) watcher();
    } else this.#waiting.shift()?.(message);
  }
}
