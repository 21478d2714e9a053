/** Answers to requests that nobody remembers, RFC 3261 section 8.2.7. */

import { createHash } from "node:crypto";
import { type Random, token } from "../clock/mod.ts";
import type { ServerRequest } from "./server_request.ts";
import type { SipFlow } from "./sip_flow.ts";

/** Lets requests be answered without a transaction: one that comes again is answered again. */
export class StatelessReplies {
  readonly #secret: string;

  constructor(random: Random) {
    this.#secret = token(random, 24);
  }

  /**
   * Gives a request its one response and its To tag, which is the same each time it comes and cannot
   * be foretold.
   *
   * @param key what a repetition has alike
   */
  prepare(request: ServerRequest, key: string, replyFlow: SipFlow): void {
    let isOpen = true;
    request.replyFlow = replyFlow;
    request.responder = {
      get isOpen() {
        return isOpen;
      },
      respond(status, data) {
        if (status >= 200) isOpen = false;
        replyFlow.send(data);
      },
    };
    if (request.toTag !== "") return;
    const hash = createHash("sha256").update(`${this.#secret} ${key}`).digest("hex");
    request.localTag = hash.slice(0, 16);
  }
}
