/** A port in front of a SIP port, that counts what goes to it. */
import type { Socket } from "node:dgram";
import { bindUdp, closeUdp } from "./free_ports.ts";

/** An INVITE as it went by. */
export interface SeenInvite {
  readonly callId: string;
  /** The branch of the hop before: one for each try, and the same when a try is sent again. */
  readonly branch: string;
  readonly at: number;
}

/** Passes requests on to a port of 127.0.0.1. Answers find their way by the Via and do not come by here. */
export class UdpTap implements AsyncDisposable {
  /** Where requests go. */
  target: number;
  /** All INVITEs that came, in order, also those that nobody got. */
  readonly invites: SeenInvite[] = [];
  #socket: Socket;

  private constructor(socket: Socket, target: number) {
    this.#socket = socket;
    this.target = target;
    socket.on("message", (bytes) => {
      const text = bytes.toString("utf8");
      if (text.startsWith("INVITE ")) {
        const callId = /^Call-ID: *(\S+)/im.exec(text)?.[1] ?? "";
        const branch = /^Via:.*?;branch=([^;,\s]+)/im.exec(text)?.[1] ?? "";
        this.invites.push({ callId, branch, at: performance.now() });
      }
      // Nobody listening is what this is for.
      socket.send(bytes, this.target, "127.0.0.1", () => {});
    });
    socket.on("error", () => {});
  }

  /** The port it listens on. */
  get port(): number {
    return this.#socket.address().port;
  }

  /** Listens on a port of its own. */
  static async listen(target: number): Promise<UdpTap> {
    return new UdpTap(await bindUdp(0), target);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await closeUdp(this.#socket);
  }
}
