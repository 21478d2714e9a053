/** One connection to Redis, that no call waits for longer than it was told. */

import { createClient, ErrorReply } from "redis";
import { type Clock, within } from "../../clock/mod.ts";

/** The first and the longest time for which nothing is tried after a failure, in ms. */
const MIN_WAIT_MS = 250;
const MAX_WAIT_MS = 5000;

/** What {@link RedisLink} needs. */
export interface RedisLinkOptions {
  /** Where Redis is. */
  readonly url: string;
  /** How long an answer may take, and the connection with it, in ms. */
  readonly timeoutMs: number;
  /** Time. */
  readonly clock: Clock;
}

/** What commands are given to. */
export type RedisConnection = ReturnType<typeof connectionTo>;

/** A connection and what became of it. */
interface Line {
  readonly redis: RedisConnection;
  /** Settles when it is made, or cannot be. */
  readonly connected: Promise<unknown>;
  isConnected: boolean;
  /** Why it was dropped. */
  failure?: Error;
}

/**
 * Asks Redis, and connects for that when it must.
 *
 * The library would connect again by itself, for ever, and keep what is asked meanwhile; here each
 * question has an end. One that is not answered in time ends the connection, as behind it all others
 * would wait as well, and who asks soon after is refused at once.
 */
export class RedisLink {
  readonly #options: RedisLinkOptions;
  #line: Line | undefined;
  #failures = 0;
  #notBefore = -Infinity;
  #lastError: unknown;
  #isClosed = false;

  /** Connects when the first question is asked. @throws {TypeError} for an address that is none */
  constructor(options: RedisLinkOptions) {
    this.#options = options;
    connectionTo(options);
  }

  /**
   * Asks, and resolves with the answer.
   *
   * @throws {Error} when there is none in time, or Redis refuses; the `cause` says why
   */
  async ask<T>(question: (redis: RedisConnection) => Promise<T>): Promise<T> {
    const { clock, timeoutMs } = this.#options;
    if (this.#isClosed) throw unreachable("it was closed");
    if (clock.now() < this.#notBefore) throw unreachable("it failed just now", this.#lastError);
    const line = this.#line ??= this.#connect();
    const answer = line.connected.then(() => question(line.redis));
    if (!await within(clock, answer, timeoutMs)) {
      // It is rejected when the line is dropped, and nobody waits for it any more.
      answer.catch(() => {});
      throw this.#failed(line, new Error(`There was no answer within ${timeoutMs} ms`));
    }
    try {
      const value = await answer;
      this.#failures = 0;
      return value;
    } catch (error) {
      if (!line.isConnected || !isAnswer(error)) throw this.#failed(line, error as Error);
      throw unreachable((error as Error).message, error);
    }
  }

  /** Lets go of the connection; what is still asked fails. */
  close(): void {
    this.#isClosed = true;
    if (this.#line !== undefined) this.#drop(this.#line);
  }

  #connect(): Line {
    const redis = connectionTo(this.#options);
    const connected = redis.connect();
    const line: Line = { redis, connected, isConnected: false };
    connected.then(() => line.isConnected = true, () => {});
    // Who has asked is told by the answer. One that ends while it is idle is made anew when it is needed.
    redis.on("error", () => this.#drop(line));
    return line;
  }

  /** All who asked by one line fail with it, for one reason. */
  #failed(line: Line, error: Error): Error {
    this.#drop(line);
    if (line.failure === undefined) {
      this.#lastError = line.failure = error;
      const waitMs = Math.min(MIN_WAIT_MS * 2 ** this.#failures++, MAX_WAIT_MS);
      this.#notBefore = this.#options.clock.now() + waitMs;
    }
    return unreachable(line.failure.message, line.failure);
  }

  #drop(line: Line): void {
    if (this.#line === line) this.#line = undefined;
    line.redis.destroy();
  }
}

/** Whether Redis has answered, if by no; but who may only read is no primary any more, and another is. */
function isAnswer(error: unknown): boolean {
  return error instanceof ErrorReply && !error.message.startsWith("READONLY");
}

/** A connection that is not made yet, and that is not made again when it ends. */
function connectionTo({ url, timeoutMs }: RedisLinkOptions) {
  // The library would take this machine's.
  if (url === "") throw new TypeError("There is no address");
  return createClient({
    url,
    // The older of its languages, which all servers speak and which needs no command to agree on.
    RESP: 2,
    disableClientInfo: true,
    disableOfflineQueue: true,
    maintNotifications: "disabled",
    socket: { connectTimeout: timeoutMs, reconnectStrategy: false },
  });
}

function unreachable(why: string, cause?: unknown): Error {
  return new Error(`Cannot reach the store of calls in Redis: ${why}`, { cause });
}
