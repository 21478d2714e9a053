/** The server's side of any request but INVITE and ACK, RFC 3261 section 17.2.2. */

import type { Timer } from "../clock/mod.ts";
import type { SipFlow } from "./sip_flow.ts";
import { longestWait, type TransactionContext } from "./transaction_context.ts";

/** `trying` until the final response (`completed`), then remembered for timer J. */
export type ServerState = "trying" | "completed" | "terminated";

/** One request that came, remembered until it cannot come again. */
export class ServerTransaction {
  state: ServerState = "trying";
  readonly #context: TransactionContext;
  readonly #flow: SipFlow;
  readonly #onTerminated: () => void;
  #final: Uint8Array | undefined;
  #timerJ: Timer | undefined;

  /** @param flow where the response goes */
  constructor(context: TransactionContext, flow: SipFlow, onTerminated: () => void) {
    this.#context = context;
    this.#flow = flow;
    this.#onTerminated = onTerminated;
  }

  /** True until a final response was sent. */
  get isOpen(): boolean {
    return this.state === "trying";
  }

  /** Sends the final response. There are no others: RFC 4320 advises against them. */
  respond(_status: number, data: Uint8Array): void {
    if (!this.isOpen) return;
    this.state = "completed";
    this.#flow.send(data);
    if (this.#flow.reliable) return this.terminate();
    this.#final = data;
    this.#timerJ = this.#context.clock.setTimer(
      () => this.terminate(),
      longestWait(this.#context),
    );
  }

  /** The request came again. */
  repeat(): void {
    if (this.#final !== undefined) this.#flow.send(this.#final);
  }

  /** Forgets everything at once. */
  terminate(): void {
    if (this.state === "terminated") return;
    this.state = "terminated";
    this.#timerJ?.cancel();
    this.#final = undefined;
    this.#onTerminated();
  }
}
