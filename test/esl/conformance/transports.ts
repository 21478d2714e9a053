/** What every transport is tried with. */
import {
  type EslFrame,
  type EslSocket,
  type EslTransport,
  type EslTransportName,
  loadTransport,
} from "../../../src/esl/mod.ts";

/** All transports there are. One that is added is added here. */
export const TRANSPORTS: readonly EslTransportName[] = ["own", "modesl"];

/** A socket whose other end is the test: chunks arrive exactly as they are given. */
export class HandFedSocket implements EslSocket {
  onData: (data: Uint8Array) => void = () => {};
  onClose: (error: Error | undefined) => void = () => {};
  /** What was written. */
  written = "";
  /** Whether it was destroyed. */
  isDestroyed = false;
  /** Whether it is read. */
  isPaused = false;

  write(text: string): void {
    this.written += text;
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
  }

  end(): void {
    this.destroy();
  }

  destroy(): void {
    if (this.isDestroyed) return;
    this.isDestroyed = true;
    this.onClose(undefined);
  }
}

/** A transport on a hand-fed socket, and what came out of it. */
export interface Fed {
  readonly socket: HandFedSocket;
  readonly transport: EslTransport;
  readonly frames: EslFrame[];
  readonly ends: (Error | undefined)[];
}

/** Makes one; `onFrame` is told of each frame before it is noted. */
export async function feed(
  name: EslTransportName,
  onFrame: (frame: EslFrame) => void = () => {},
): Promise<Fed> {
  const socket = new HandFedSocket();
  const frames: EslFrame[] = [];
  const ends: (Error | undefined)[] = [];
  const make = await loadTransport(name);
  const transport = make(socket, {
    onFrame: (frame) => {
      frames.push(frame);
      onFrame(frame);
    },
    onClose: (error) => void ends.push(error),
  });
  return { socket, transport, frames, ends };
}

/** A frame as plain data, to be compared. */
export function plain({ headers, body }: EslFrame): unknown {
  return [Object.fromEntries(headers), new TextDecoder("latin1").decode(body)];
}

/** All frames in `bytes` when they come in chunks of `size`. */
export async function framesInChunks(
  name: EslTransportName,
  bytes: Uint8Array,
  size: number,
): Promise<unknown[]> {
  const { socket, frames } = await feed(name);
  for (let at = 0; at < bytes.length; at += size) socket.onData(bytes.slice(at, at + size));
  return frames.map(plain);
}
