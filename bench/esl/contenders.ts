/** Ways to speak to an event socket, made alike. */
import { EslClient, type EslTransportName } from "../../src/esl/mod.ts";

/** A connection that is logged in. */
export interface Contender {
  /** What it says to a command, or anything once it has. */
  api(command: string): Promise<unknown>;
  /** Calls `listener` with the name and the channel of each event from now on. */
  listen(listener: (name: unknown, uuid: unknown) => void): Promise<void>;
  /** Hangs up. */
  close(): void;
}

/** Our client over one of its transports. */
export async function ours(
  port: number,
  transport: EslTransportName,
  format: "json" | "plain" = "json",
): Promise<Contender> {
  const client = new EslClient({ port, password: "p", transport, format });
  await client.connect();
  return {
    api: (command) => client.api(command),
    listen: (listener) => {
      client.on("event", (event) => listener(event.name, event.uuid));
      return Promise.resolve();
    },
    close: () => client.close(),
  };
}

interface ModeslEvent {
  getHeader(name: string): unknown;
}

interface ModeslConnection {
  readonly socket: { setNoDelay(on: boolean): void } | null;
  on(name: string, listener: (event: ModeslEvent) => void): void;
  api(command: string, listener: () => void): void;
  disconnect(): void;
}

interface Modesl {
  readonly Connection: new (
    ...args: [host: string, port: number, password: string, onReady: () => void]
  ) => ModeslConnection;
}

/** modesl, or what was made of it, as it comes. */
export async function modeslAlone(
  port: number,
  module: { readonly default: unknown },
  noDelay: boolean,
): Promise<Contender> {
  const { Connection } = module.default as Modesl;
  const connection = await new Promise<ModeslConnection>((resolve, reject) => {
    const made = new Connection("127.0.0.1", port, "p", () => resolve(made));
    made.on("error", reject as (error: unknown) => void);
  });
  connection.socket?.setNoDelay(noDelay);
  return {
    api: (command) => new Promise<void>((resolve) => connection.api(command, resolve)),
    listen: (listener) => {
      connection.on("esl::event::**", (event) => {
        const name = event.getHeader("Event-Name");
        if (name !== null) listener(name, event.getHeader("Unique-ID"));
      });
      return Promise.resolve();
    },
    close: () => connection.disconnect(),
  };
}

interface EslCall {
  api(command: string, timeout: number): Promise<unknown>;
  on(name: string, listener: (event: { readonly body: Record<string, unknown> }) => void): void;
  event_json(...names: string[]): Promise<unknown>;
}

interface Esl {
  readonly FreeSwitchClient: new (options: Readonly<Record<string, unknown>>) => {
    on(name: string, listener: (call: EslCall) => void): void;
    connect(): Promise<void>;
    end(): Promise<void>;
  };
}

/** The package esl. */
export async function eslPackage(
  port: number,
  module: unknown,
  names: readonly string[],
): Promise<Contender> {
  const { FreeSwitchClient } = module as Esl;
  const quiet = () => {};
  const logger = { debug: quiet, info: quiet, error: quiet };
  const client = new FreeSwitchClient({ port, host: "127.0.0.1", password: "p", logger });
  const call = await new Promise<EslCall>((resolve) => {
    client.on("connect", resolve);
    void client.connect();
  });
  return {
    api: (command) => call.api(command, 10_000),
    listen: async (listener) => {
      for (const name of names) {
        call.on(name, ({ body }) => listener(body["Event-Name"], body["Unique-ID"]));
      }
      await call.event_json(...names as [string]);
    },
    close: () => void client.end(),
  };
}
