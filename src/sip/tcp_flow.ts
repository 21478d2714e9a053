/** One TCP connection that carries SIP. */

import type { Clock, Timer } from "../clock/mod.ts";
import type { FairShare } from "./fair_share.ts";
import { count, type SipCounters } from "./sip_counters.ts";
import type { SipEndpoint } from "./sip_endpoint.ts";
import type { SipFlow } from "./sip_flow.ts";
import type { SipInbox } from "./sip_inbox.ts";
import type { SipLimits } from "./sip_limits.ts";
import { SipStreamParser } from "./stream_parser.ts";
import type { TcpConnection } from "./tcp_socket.ts";

/** What connections share. */
export interface TcpFlowContext {
  readonly clock: Clock;
  readonly counters: SipCounters;
  readonly inbox: SipInbox;
  readonly limits: Required<SipLimits>;
  readonly share: FairShare;
  /** Bytes of incomplete messages on all connections. */
  partialBytes: number;
}

/** What is read without asking whether others wait: a few messages. */
const PIECE_BYTES = 4_096;
/** How long a peer that cannot be understood has to take its last answer and close its half. */
const HANG_UP_MS = 2_000;
const PONG = [0x0d, 0x0a];

/** A connection, whoever opened it, with its bounds. */
export class TcpFlow implements SipFlow {
  readonly reliable = true;
  readonly remote: SipEndpoint;
  readonly #context: TcpFlowContext;
  readonly #connection: TcpConnection;
  #parser: SipStreamParser | undefined;
  readonly #watchers = new Set<() => void>();
  readonly #onClosed: (flow: TcpFlow) => void;
  readonly #unread: Uint8Array[] = [];
  #isUp = true;
  #isClosed = false;
  #held = 0;
  #idleTimer: Timer | undefined;
  #partialTimer: Timer | undefined;
  #hangUpTimer: Timer | undefined;

  /** @param onClosed told once when the connection holds nothing of the machine any more */
  constructor(
    connection: TcpConnection,
    context: TcpFlowContext,
    onClosed: (flow: TcpFlow) => void,
  ) {
    const { address, port } = connection.remote;
    this.remote = { transport: "tcp", address, port };
    this.#connection = connection;
    this.#context = context;
    this.#onClosed = onClosed;
    this.#parser = new SipStreamParser({ maxBodyBytes: context.limits.maxMessageBytes });
    connection.onData = (data) => this.#receive(data);
    connection.onClose = () => this.#closed();
    this.#restartIdleTimer();
  }

  /** True while messages can pass. The connection may be there a little longer. */
  get isUp(): boolean {
    return this.#isUp;
  }

  send(data: Uint8Array): boolean {
    if (!this.#isUp) {
      this.#context.counters.sendErrors++;
      return false;
    }
    this.#restartIdleTimer();
    this.#connection.write(data);
    this.#context.counters.sent++;
    if (this.#connection.pendingBytes > this.#context.limits.maxWriteBufferBytes) {
      this.#closeFor("maxWriteBufferBytes");
      return false;
    }
    return true;
  }

  watch(onDown: () => void): () => void {
    // A function of its own, as the same one may watch twice.
    const watcher = () => onDown();
    this.#watchers.add(watcher);
    this.#idleTimer?.cancel();
    return () => {
      if (this.#watchers.delete(watcher)) this.#restartIdleTimer();
    };
  }

  /** Closes the connection at once. */
  close(): void {
    this.#connection.destroy();
    this.#closed();
  }

  #receive(data: Uint8Array): void {
    if (!this.#isUp) return;
    this.#restartIdleTimer();
    this.#unread.push(data);
    // More than this one means that some wait for their turn already.
    if (this.#unread.length === 1) this.#read();
  }

  /** Reads what has come, piece by piece, and lets others have their turn in between. */
  #read(): void {
    const { share } = this.#context;
    while (this.#isUp && this.#unread.length > 0) {
      const turn = share.turn();
      if (turn !== undefined) return this.#readAfter(turn);
      this.#readPiece();
    }
  }

  #readAfter(turn: Promise<void>): void {
    this.#connection.pause();
    void turn.then(() => {
      if (!this.#isUp) return;
      // One piece in any case, or a busier connection could take all turns.
      this.#readPiece();
      this.#connection.resume();
      this.#read();
    });
  }

  #readPiece(): void {
    const [chunk] = this.#unread;
    if (chunk.length <= PIECE_BYTES) this.#unread.shift();
    else this.#unread[0] = chunk.subarray(PIECE_BYTES);
    this.#context.share.begin();
    this.#take(chunk.subarray(0, PIECE_BYTES));
    this.#context.share.end();
  }

  #take(data: Uint8Array): void {
    for (const item of this.#parser?.push(data) ?? []) {
      if ("ping" in item) this.send(Uint8Array.from(PONG));
      else if (!("fault" in item)) this.#context.inbox.onMessage(item, this);
      else {
        this.#context.inbox.onFault(item, this);
        if (item.fatal) return this.#hangUp();
      }
      if (!this.isUp) return;
      this.#partialTimer?.cancel();
      this.#partialTimer = undefined;
    }
    this.#account(this.#parser?.heldBytes ?? 0);
  }

  /** Notes how much of a message is there without the rest. */
  #account(held: number): void {
    const { limits, clock } = this.#context;
    this.#context.partialBytes += held - this.#held;
    this.#held = held;
    if (held === 0) {
      this.#partialTimer?.cancel();
      this.#partialTimer = undefined;
    } else if (this.#context.partialBytes > limits.maxPartialBytes) {
      this.#closeFor("maxPartialBytes");
    } else {
      this.#partialTimer ??= clock.setTimer(
        () => this.#closeFor("partialMessageMs"),
        limits.partialMessageMs,
      );
    }
  }

  #restartIdleTimer(): void {
    this.#idleTimer?.cancel();
    if (!this.#isUp || this.#watchers.size > 0) return;
    const { clock, limits } = this.#context;
    this.#idleTimer = clock.setTimer(
      () => this.#closeFor("idleConnectionMs"),
      limits.idleConnectionMs,
    );
  }

  #closeFor(limit: keyof SipLimits): void {
    count(this.#context.counters.closed, limit);
    this.close();
  }

  /**
   * Lets the answer to what cannot be framed go out before the end. A peer that leaves its half open
   * would keep the connection for ever, so it is counted, and in the end closed.
   */
  #hangUp(): void {
    this.#connection.end();
    this.#down();
    // `end` may have closed it at once.
    if (this.#isClosed) return;
    this.#hangUpTimer = this.#context.clock.setTimer(() => this.close(), HANG_UP_MS);
  }

  #closed(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#hangUpTimer?.cancel();
    this.#onClosed(this);
    this.#down();
  }

  #down(): void {
    if (!this.#isUp) return;
    this.#isUp = false;
    this.#idleTimer?.cancel();
    this.#account(0);
    // Transactions hold on to this for a while, and need none of it.
    this.#parser = undefined;
    this.#unread.length = 0;
    const watchers = [...this.#watchers];
    this.#watchers.clear();
    for (const onDown of watchers) onDown();
  }
}
