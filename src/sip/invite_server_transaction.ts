/** The server's side of an INVITE, RFC 3261 section 17.2.1 as RFC 6026 corrects it. */

import type { Timer } from "../clock/mod.ts";
import type { SipFlow } from "./sip_flow.ts";
import { longestWait, type TransactionContext } from "./transaction_context.ts";
import { Repeater } from "./repeater.ts";

/**
 * ```text
 *   proceeding ──2xx──▶ accepted ─────────L──▶ terminated
 *       └──300-699──▶ completed ──ACK──▶ confirmed ──I──┘
 *                         └──────────H──────────────────┘
 * ```
 */
export type InviteServerState =
  | "proceeding"
  | "accepted"
  | "completed"
  | "confirmed"
  | "terminated";

/** One INVITE that came, remembered until it cannot come again. */
export class InviteServerTransaction {
  state: InviteServerState = "proceeding";
  readonly #context: TransactionContext;
  readonly #flow: SipFlow;
  readonly #onTerminated: () => void;
  #last: Uint8Array | undefined;
  #repeater: Repeater | undefined;
  #end: Timer | undefined;

  /** @param flow where the responses go */
  constructor(context: TransactionContext, flow: SipFlow, onTerminated: () => void) {
    this.#context = context;
    this.#flow = flow;
    this.#onTerminated = onTerminated;
  }

  /** True until a final response was sent. */
  get isOpen(): boolean {
    return this.state === "proceeding";
  }

  /**
   * Sends a response. The user agent repeats a 2xx itself, as only it sees the ACK (RFC 3261 section
   * 13.3.1.4); a refusal is repeated here.
   */
  respond(status: number, data: Uint8Array): void {
    if (status >= 200 && !this.isOpen) return;
    this.#flow.send(data);
    if (status < 200) this.#last = data;
    else if (status < 300) this.#accept();
    else this.#complete(data);
  }

  /** The INVITE came again. */
  repeat(): void {
    if (this.state !== "proceeding" && this.state !== "completed") return;
    if (this.#last !== undefined) this.#flow.send(this.#last);
  }

  /** An ACK came that belongs to this INVITE, thus to a refusal. */
  acknowledge(): void {
    if (this.state !== "completed") return;
    this.state = "confirmed";
    this.#last = undefined;
    this.#repeater?.stop();
    this.#end?.cancel();
    // Timer I: further ACKs are taken in silence.
    this.#terminateAfter(this.#flow.reliable ? 0 : this.#context.t4);
  }

  /** Forgets everything at once. */
  terminate(): void {
    if (this.state === "terminated") return;
    this.state = "terminated";
    this.#repeater?.stop();
    this.#end?.cancel();
    this.#last = undefined;
    this.#onTerminated();
  }

  #accept(): void {
    this.state = "accepted";
    this.#last = undefined;
    // Timer L: the INVITE may still come again and must not make a second call.
    this.#terminateAfter(longestWait(this.#context));
  }

  #complete(data: Uint8Array): void {
    this.state = "completed";
    this.#last = data;
    const { clock, t1, t2, counters } = this.#context;
    if (!this.#flow.reliable) {
      // Timer G.
      this.#repeater = new Repeater(clock, () => {
        counters.retransmissions++;
        this.#flow.send(data);
      }, { firstMs: t1, maxMs: t2 });
    }
    // Timer H.
    this.#terminateAfter(longestWait(this.#context));
  }

  #terminateAfter(delayMs: number): void {
    if (delayMs === 0) this.terminate();
    else this.#end = this.#context.clock.setTimer(() => this.terminate(), delayMs);
  }
}
