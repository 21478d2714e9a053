import { isIP, isIPv6 } from "node:net";
import type { Clock } from "../clock/mod.ts";
import { bun, openBunSocket } from "./bun_socket.ts";
import type { DatagramSocket } from "./datagram_socket.ts";
import { deno, openDenoSocket } from "./deno_socket.ts";
import { openNodeSocket } from "./node_socket.ts";
import type { RawSocket, RawSocketOptions } from "./raw_socket.ts";
import { StreamSocket } from "./stream_socket.ts";

/** Where to listen, and how much to hold. */
export interface DatagramSocketOptions {
  /** An IPv4 or IPv6 address of this machine; `0.0.0.0` or `::` for all of them. */
  readonly host: string;
  /** 1-65,535, or 0 for any that is free. */
  readonly port: number;
  /** What datagrams are stamped with. */
  readonly clock: Clock;
  /**
   * Datagrams held while the reader is behind. When one more comes the oldest is dropped.
   * @default 64
   */
  readonly queueLimit?: number;
  /**
   * The longest datagram taken, in bytes. A longer one is dropped and counted.
   * @default 2048
   */
  readonly maxDatagramBytes?: number;
  /**
   * Datagrams a second that are read from whoever was heard first, and as many from all others
   * together; those of a second may come at once. More are dropped and counted.
   * @default undefined no limit
   */
  readonly maxPerSecond?: number;
  /**
   * Bytes the kernel may hold while the process is busy; Linux gives 212,992 unasked, which is 256
   * small packets. Deno cannot change it.
   * @default undefined the system's own
   */
  readonly receiveBufferSize?: number;
}

/** The port is held by another socket, perhaps of another program. */
export class AddressInUseError extends Error {
  /** Tells it from other errors in a log. */
  override readonly name = "AddressInUseError";
}

/**
 * Opens a UDP socket with the means of the runtime: Bun's own, Deno's own where `--unstable-net`
 * allows it, or `node:dgram`.
 *
 * Rejects with {@link AddressInUseError} when the port is taken, with `RangeError` or `TypeError`
 * for options that cannot be, and with an `Error` that names the address for the rest.
 *
 * @example
 * ```ts
 * import { SystemClock } from "@sofia/phone/clock";
 * import { openDatagramSocket } from "@sofia/phone/udp";
 * import assert from "node:assert/strict";
 *
 * const clock = new SystemClock();
 * const alice = await openDatagramSocket({ host: "127.0.0.1", port: 0, clock });
 * const bob = await openDatagramSocket({ host: "127.0.0.1", port: 0, clock });
 * alice.send(new TextEncoder().encode("hello"), bob.local);
 * for await (const datagram of bob.readable) {
 *   assert.deepEqual(datagram.source, alice.local);
 *   assert.equal(new TextDecoder().decode(datagram.data), "hello");
 *   break; // which closes it
 * }
 * await alice.close();
 * ```
 */
export async function openDatagramSocket(options: DatagramSocketOptions): Promise<DatagramSocket> {
  const { host, port, clock, queueLimit = 64, maxDatagramBytes = 2048 } = options;
  const { maxPerSecond, receiveBufferSize } = options;
  if (isIP(host) === 0) {
    throw new TypeError(`Cannot listen as host must be an IP address: current value is "${host}"`);
  }
  requireWhole("port", port, 0, 65_535);
  requireWhole("queueLimit", queueLimit, 1, 1_000_000);
  requireWhole("maxDatagramBytes", maxDatagramBytes, 1, 65_535);
  if (maxPerSecond !== undefined) requireWhole("maxPerSecond", maxPerSecond, 1, 1_000_000);

  const socket = new StreamSocket({ clock, queueLimit, maxDatagramBytes, maxPerSecond });
  const onDatagram: RawSocketOptions["onDatagram"] = (...datagram) => socket.receive(...datagram);
  try {
    const raw = { host, port, maxDatagramBytes, receiveBufferSize, onDatagram };
    return socket.attach(await adapter(receiveBufferSize)(raw));
  } catch (cause) {
    throw translate(cause, `${isIPv6(host) ? `[${host}]` : host}:${port}`);
  }
}

function adapter(receiveBufferSize?: number): (options: RawSocketOptions) => Promise<RawSocket> {
  // Bun's own socket has no way to set the kernel's buffer, its node:dgram has.
  if (bun && receiveBufferSize === undefined) return openBunSocket;
  return deno?.listenDatagram ? openDenoSocket : openNodeSocket;
}

/** What is behind the codes of the system, and what to change. */
const REASONS: Readonly<Record<string, string>> = {
  EADDRNOTAVAIL: "this machine has no such address, choose one of its own",
  EACCES: "ports below 1024 need privileges, choose a higher one",
  EMFILE: "the process may have no more files open, raise the limit (ulimit -n)",
};

function translate(cause: unknown, address: string): Error {
  const { code, message } = cause as { code?: string; message?: string };
  if (code === "EADDRINUSE") {
    const text = `Cannot listen on udp ${address} as another socket holds it: choose another port`;
    return new AddressInUseError(text, { cause });
  }
  const why = code === undefined ? undefined : REASONS[code];
  const text = `Cannot listen on udp ${address}${why === undefined ? "" : ` as ${why}`}`;
  return new Error(`${text}: ${code ?? message}`, { cause });
}

function requireWhole(name: string, value: number, min: number, max: number): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw new RangeError(
    `Cannot listen as ${name} must be a whole number of ${min} to ${max}: current value is ${value}`,
  );
}
