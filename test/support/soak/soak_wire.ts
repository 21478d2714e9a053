/** The SIP socket of all callers of a soak: it sends, repeats, and gives each call what is for it. */
import type { Socket } from "node:dgram";
import { bindUdp, closeUdp } from "../free_ports.ts";
import { readSip, type SipText } from "../caller/sip_text.ts";

const HOST = "127.0.0.1";
/** RFC 3261: T1, T2 and 64 times T1, in ms. */
const FIRST_REPEAT_MS = 500;
const LONGEST_REPEAT_MS = 4000;
const GIVE_UP_MS = 32_000;
/** Messages may come again for so long after the end of a call, in ms: timers H and J. */
const LINGER_MS = 33_000;

/** A request that is on its way. */
interface Pending {
  readonly done: (answer: SipText | undefined) => void;
  timer: ReturnType<typeof setTimeout>;
}

/** Who gets the messages of one call. */
export interface WireUser {
  /** A request, or a response that nobody waits for (any more). */
  receive(message: SipText): void;
  /** Whether a message is lost on its way there, or from there. */
  loses(): boolean;
}

/** One socket and the calls behind it. */
export class SoakWire {
  /** Its port. */
  readonly port: number;
  readonly #socket: Socket;
  readonly #users = new Map<string, WireUser>();
  readonly #pending = new Map<string, Pending>();
  readonly #leaving = new Set<ReturnType<typeof setTimeout>>();

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.port = socket.address().port;
    socket.on("message", (bytes) => this.#receive(readSip(bytes.toString("utf8"))));
    // The phone that was there is gone: the kernel says so, and nobody has to be told.
    socket.on("error", () => {});
  }

  /** Opens one on any port. */
  static async open(): Promise<SoakWire> {
    return new SoakWire(await bindUdp(0));
  }

  /** From now on messages of this Call-ID are its. */
  join(callId: string, user: WireUser): void {
    this.#users.set(callId, user);
  }

  /** The call is over: what comes again is still for it, for as long as something may. */
  leave(callId: string): void {
    const timer = setTimeout(() => {
      this.#users.delete(callId);
      this.#leaving.delete(timer);
    }, LINGER_MS);
    this.#leaving.add(timer);
  }

  /** Sends once. */
  send(text: string, port: number, user: WireUser): void {
    if (!user.loses()) this.#socket.send(text, port, HOST);
  }

  /** Sends bytes that are no message. */
  sendRaw(bytes: Uint8Array, port: number): void {
    this.#socket.send(bytes, port, HOST);
  }

  /**
   * Sends a request again and again until its final answer comes; undefined where none came in 32 s.
   *
   * @param key `<Call-ID> <CSeq>`, as it stands in the answer
   */
  ask(text: string, port: number, { key, user, onProgress = () => {} }: {
    readonly key: string;
    readonly user: WireUser;
    /** Told of provisional answers, after which an INVITE is not sent again. */
    readonly onProgress?: (answer: SipText) => void;
  }): Promise<SipText | undefined> {
    const isInvite = key.endsWith(" INVITE");
    return new Promise((resolve) => {
      let wait = FIRST_REPEAT_MS;
      let waited = 0;
      let isHeard = false;
      const send = () => {
        if (!(isHeard && isInvite)) this.send(text, port, user);
        if (waited >= GIVE_UP_MS && !isHeard) return pending.done(undefined);
        pending.timer = setTimeout(send, wait);
        waited += wait;
        wait = Math.min(isInvite ? GIVE_UP_MS : LONGEST_REPEAT_MS, wait * 2);
      };
      const pending: Pending = {
        timer: undefined as unknown as ReturnType<typeof setTimeout>,
        done: (answer) => {
          if (answer !== undefined && answer.status < 200) {
            isHeard = true;
            return onProgress(answer);
          }
          clearTimeout(pending.timer);
          this.#pending.delete(key);
          resolve(answer);
        },
      };
      this.#pending.set(key, pending);
      send();
    });
  }

  /** Waits for nothing any more, and lets go of the port. */
  async close(): Promise<void> {
    for (const { done } of [...this.#pending.values()]) done(undefined);
    for (const timer of this.#leaving) clearTimeout(timer);
    await closeUdp(this.#socket);
  }

  #receive(message: SipText): void {
    const callId = message.header("Call-ID")[0];
    const user = this.#users.get(callId);
    if (user === undefined || user.loses()) return;
    const pending = message.status === 0
      ? undefined
      : this.#pending.get(`${callId} ${message.header("CSeq")[0]}`);
    if (pending !== undefined) pending.done(message);
    // Also a final answer that was waited for: a caller who was killed does not know any more.
    else user.receive(message);
  }
}
