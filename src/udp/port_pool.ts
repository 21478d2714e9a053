import type { Clock } from "../clock/mod.ts";
import type { DatagramSocket } from "./datagram_socket.ts";
import { AddressInUseError, openDatagramSocket } from "./open_datagram_socket.ts";

/** Which ports, on which address. */
export interface PortPoolOptions {
  /** The address the sockets are bound to. */
  readonly host: string;
  /** The lowest port, 1-65,535. */
  readonly start: number;
  /** The highest port, 1-65,535, inclusive. */
  readonly end: number;
  /** What the cool-down is measured by and datagrams are stamped with. */
  readonly clock: Clock;
  /**
   * How long a port rests after a call, in ms, so that late packets of one caller never reach the
   * next; also how long a port that another program holds is left alone.
   * @default 5000
   */
  readonly coolDownMs?: number;
}

/** How {@link PortPool.acquire} opens the sockets. */
export interface AcquireOptions {
  /**
   * RTCP shares the port of RTP (RFC 5761). The odd port is kept free all the same.
   * @default false
   */
  readonly muxed?: boolean;
}

/** How {@link PortLease.release} gives the ports back. */
export interface ReleaseOptions {
  /**
   * Nobody was told of the ports, so that no late packet can come and they need no rest.
   * @default false
   */
  readonly unused?: boolean;
}

/** The two sockets of one call, until they are released. */
export interface PortLease {
  /** Bound to an even port. */
  readonly rtp: DatagramSocket;
  /** Bound to the odd port above it, RFC 3550 section 11; undefined when muxed. */
  readonly rtcp: DatagramSocket | undefined;
  /** Closes both and gives the ports back. May be called more than once. */
  release(options?: ReleaseOptions): Promise<void>;
}

/** Every port of the pool is in use, rests after a call, or is held by another program. */
export class PortsExhaustedError extends Error {
  /** Tells it from other errors in a log. */
  override readonly name = "PortsExhaustedError";
}

/** More than any voice needs, which is a packet each 2.5 ms at the most (RFC 7587 section 4.2). */
const MAX_PER_SECOND = 500;

/**
 * The ports of all calls: pairs of an even and an odd one, each held by one call at a time.
 *
 * The pair that has rested longest goes first. Pairs of which another program holds a port are
 * passed over.
 *
 * @example
 * ```ts
 * import { SystemClock } from "@sofia/phone/clock";
 * import { PortPool } from "@sofia/phone/udp";
 * import assert from "node:assert/strict";
 *
 * const clock = new SystemClock();
 * const pool = new PortPool({ host: "127.0.0.1", start: 47_000, end: 47_199, clock });
 * const { rtp, rtcp, release } = await pool.acquire();
 * assert.equal(rtp.local.port % 2, 0);
 * assert.equal(rtcp!.local.port, rtp.local.port + 1);
 * await release();
 * assert.equal(pool.inUse, 0);
 * ```
 */
export class PortPool {
  readonly #options: Required<PortPoolOptions>;
  /** The even ports nobody has, in the order they came back. */
  readonly #idle: { readonly port: number; readonly restedAt: number }[] = [];
  /** How many pairs there are. */
  readonly size: number;

  /** Throws `RangeError` if the range holds no pair of ports. */
  constructor(options: PortPoolOptions) {
    const { start, end, coolDownMs = 5000 } = options;
    const isPort = (port: number) => Number.isInteger(port) && port >= 1 && port <= 65_535;
    const first = start + start % 2;
    if (!isPort(start) || !isPort(end) || first >= end) {
      throw new RangeError(
        "Cannot use the port range as it must hold an even port and the odd one above it, " +
          `within 1 to 65535: current value is ${start} to ${end}`,
      );
    }
    if (!(coolDownMs >= 0)) {
      throw new RangeError(
        `Cannot use the port range as coolDownMs must be 0 or more: current value is ${coolDownMs}`,
      );
    }
    this.#options = { ...options, coolDownMs };
    for (let port = first; port < end; port += 2) this.#idle.push({ port, restedAt: -Infinity });
    this.size = this.#idle.length;
  }

  /** How many pairs calls hold. */
  get inUse(): number {
    return this.size - this.#idle.length;
  }

  /** How many pairs rest, after a call or because another program held them. */
  get draining(): number {
    const now = this.#options.clock.now();
    return this.#idle.filter(({ restedAt }) => restedAt > now).length;
  }

  /**
   * Opens the sockets for a call.
   *
   * Rejects with {@link PortsExhaustedError} when there is no pair to be had.
   */
  async acquire(options: AcquireOptions = {}): Promise<PortLease> {
    const { clock, coolDownMs } = this.#options;
    for (let left = this.#idle.length; left > 0; left--) {
      if (!(this.#idle[0]?.restedAt <= clock.now())) break;
      const { port } = this.#idle.shift()!;
      try {
        return await this.#open(port, options.muxed ?? false);
      } catch (error) {
        this.#idle.push({ port, restedAt: clock.now() + coolDownMs });
        if (!(error instanceof AddressInUseError)) throw error;
      }
    }
    const { start, end } = this.#options;
    throw new PortsExhaustedError(
      `Cannot open media ports as none of ${start} to ${end} is free: of ${this.size} pairs ` +
        `${this.inUse} are in use and ${this.draining} rest; widen the range`,
    );
  }

  async #open(port: number, muxed: boolean): Promise<PortLease> {
    const { host, clock, coolDownMs } = this.#options;
    const options = { host, clock, maxPerSecond: MAX_PER_SECOND };
    const rtp = await openDatagramSocket({ ...options, port });
    let rtcp: DatagramSocket | undefined;
    try {
      if (!muxed) rtcp = await openDatagramSocket({ ...options, port: port + 1 });
    } catch (error) {
      await rtp.close();
      throw error;
    }
    const giveBack = async ({ unused = false }: ReleaseOptions = {}): Promise<void> => {
      await Promise.all([rtp.close(), rtcp?.close()]);
      if (unused) this.#idle.unshift({ port, restedAt: -Infinity });
      else this.#idle.push({ port, restedAt: clock.now() + coolDownMs });
    };
    let released: Promise<void> | undefined;
    return { rtp, rtcp, release: (options) => released ??= giveBack(options) };
  }
}
