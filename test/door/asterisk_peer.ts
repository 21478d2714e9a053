/**
 * Asterisk's end of an AudioSocket, over TCP, written from the protocol's page alone. It shares no code
 * with our server; Debian has no Asterisk.
 *
 * https://docs.asterisk.org/Configuration/Channel-Drivers/AudioSocket/
 */

import { connect, type Socket } from "node:net";

/** One connection. */
export class AsteriskPeer {
  /** The kinds of the frames that came, in their order. */
  readonly kinds: number[] = [];
  /** The sound that came. */
  readonly heard: Buffer[] = [];
  /** Told of each piece of sound. */
  onSound: (bytes: Buffer) => void = () => {};
  /** Resolves when the connection is over. */
  readonly closed: Promise<void>;
  readonly #socket: Socket;
  #rest = Buffer.alloc(0);

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.closed = new Promise((resolve) => void socket.on("close", () => resolve()));
    socket.on("error", () => {});
    socket.on("data", (data) => this.#read(data as Buffer));
  }

  static connect(port: number): Promise<AsteriskPeer> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, "127.0.0.1", () => resolve(new AsteriskPeer(socket)));
      socket.once("error", reject);
      socket.setNoDelay(true);
    });
  }

  /** Names the call, as the first thing. */
  name(uuid: string): void {
    this.frame(0x01, Buffer.from(uuid.replaceAll("-", ""), "hex"));
  }

  /** 16-bit samples, the lower byte first; `kind` says at what rate. */
  sound(samples: readonly number[], kind = 0x10): void {
    const bytes = Buffer.alloc(samples.length * 2);
    samples.forEach((sample, at) => void bytes.writeInt16LE(sample, at * 2));
    this.frame(kind, bytes);
  }

  key(digit: string): void {
    this.frame(0x03, Buffer.from(digit, "latin1"));
  }

  frame(kind: number, payload: Buffer = Buffer.alloc(0)): void {
    const head = Buffer.alloc(3);
    head.writeUInt8(kind, 0);
    head.writeUInt16BE(payload.length, 1);
    this.write(Buffer.concat([head, payload]));
  }

  write(bytes: Buffer): void {
    this.#socket.write(bytes);
  }

  /** Reads no more. */
  pause(): void {
    this.#socket.pause();
  }

  leave(): void {
    this.#socket.destroy();
  }

  /** All samples that came. */
  get samples(): number[] {
    const all = Buffer.concat(this.heard);
    return Array.from({ length: all.length / 2 }, (_, at) => all.readInt16LE(2 * at));
  }

  #read(data: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, data]);
    while (this.#rest.length >= 3) {
      const length = this.#rest.readUInt16BE(1);
      if (this.#rest.length < 3 + length) return;
      const kind = this.#rest.readUInt8(0);
      this.kinds.push(kind);
      if (kind >= 0x10 && kind <= 0x18) {
        const sound = this.#rest.subarray(3, 3 + length);
        this.heard.push(sound);
        this.onSound(sound);
      }
      this.#rest = this.#rest.subarray(3 + length);
    }
  }
}
