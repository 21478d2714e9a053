/** Our requests within a dialog. */

import type { CallCore } from "./call_core.ts";
import { parseCSeq } from "./cseq.ts";
import type { Dialog } from "./dialog.ts";
import type { DigestClient } from "./digest_client.ts";
import type { SipRequest, SipResponse } from "./message.ts";
import type { SentRequest } from "./request_sender.ts";
import { longestWait } from "./transaction_context.ts";

/** What a request says besides what its dialog does. */
export interface RequestParts {
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly body?: Uint8Array;
}

/** What became of a request. */
export interface Outcome {
  /** The status of the final response; 408 after silence, 503 when it could not be sent. */
  readonly status: number;
  /** The final response, if there was one. */
  readonly response: SipResponse | undefined;
}

/** A request that may be sent more than once. */
interface Attempts {
  last: SentRequest | undefined;
}

/**
 * The fields by which an INVITE has proved who we are. Its ACK repeats them, as nobody can ask for
 * them by refusing that; RFC 3261 section 22.1.
 */
export function proofsOf({ headers }: SipRequest): [name: string, value: string][] {
  const names = ["Authorization", "Proxy-Authorization"];
  return names.flatMap((name) =>
    headers.getAll(name).map((value): [string, string] => [name, value])
  );
}

/** Sends requests within one dialog, and proves who we are when asked. */
export class DialogClient {
  readonly #core: CallCore;
  readonly #dialog: Dialog;
  readonly #auth: DigestClient | undefined;

  constructor(core: CallCore, dialog: Dialog, auth?: DigestClient) {
    this.#core = core;
    this.#dialog = dialog;
    this.#auth = auth;
  }

  /** Sends any request but INVITE and ACK. */
  send(method: string, parts: RequestParts, done: (outcome: Outcome) => void): void {
    const request = this.#build(method, parts);
    this.#transmit(request, done);
  }

  /**
   * Sends a re-INVITE. A 2xx follows the peer's new Contact and is acknowledged, each time it comes,
   * before `done` is called.
   */
  sendInvite(parts: RequestParts, done: (outcome: Outcome) => void): void {
    const request = this.#build("INVITE", parts);
    const { clock } = this.#core.context;
    let acknowledge: (() => void) | undefined;
    const attempts: Attempts = { last: undefined };
    // Nobody is asked whether to take the call, so an answer is due at once.
    const timeout = clock.setTimer(() => {
      attempts.last?.cancel();
      finish({ status: 408, response: undefined });
    }, longestWait(this.#core.context));
    let isOver = false;
    const finish = (outcome: Outcome) => {
      timeout.cancel();
      if (isOver) return;
      isOver = true;
      done(outcome);
    };
    this.#transmit(request, (outcome) => {
      const { status, response } = outcome;
      if (status >= 300 || response === undefined) return finish(outcome);
      if (acknowledge === undefined) {
        this.#dialog.refreshTarget(response.headers);
        // Its own number, as the INVITE may have been sent again with a proof.
        const { number } = parseCSeq(response.headers.get("CSeq")!)!;
        acknowledge = this.acknowledge(number, { headers: proofsOf(request) });
      } else acknowledge();
      finish(outcome);
    }, attempts);
  }

  /**
   * Sends the ACK of a 2xx. Calling the result sends it again.
   *
   * @param parts with the proofs of the INVITE among the headers
   */
  acknowledge(cseq: number, parts: RequestParts = {}): () => void {
    return this.#core.sender.sendAck(this.#build("ACK", parts, cseq), this.#dialog.route);
  }

  #build(method: string, parts: RequestParts, cseq?: number): SipRequest {
    const { headers = [], body } = parts;
    const plain = this.#dialog.request(method, cseq);
    const request = body === undefined ? plain : { ...plain, body };
    request.headers.append("User-Agent", this.#core.userAgent);
    for (const [name, value] of headers) request.headers.append(name, value);
    const proof = method === "ACK" ? undefined : this.#auth?.authorize(request);
    if (proof !== undefined) request.headers.append(proof.name, proof.value);
    return request;
  }

  /** Sends, and once more with a proof if that is asked for. `done` gets each final response. */
  #transmit(
    request: SipRequest,
    done: (outcome: Outcome) => void,
    attempts: Attempts = { last: undefined },
  ): void {
    attempts.last = this.#core.sender.send(request, this.#dialog.route, {
      onFailure: (status) => done({ status, response: undefined }),
      onResponse: (response) => {
        const { status } = response;
        if (status < 200) return;
        const proof = status === 401 || status === 407
          ? this.#auth?.answer(response, request)
          : undefined;
        if (proof === undefined) return done({ status, response });
        const { method, headers, body } = request;
        const next = this.#dialog.request(method);
        headers.set("CSeq", next.headers.get("CSeq")!).set(proof.name, proof.value);
        this.#transmit({ method, uri: next.uri, headers, body }, done, attempts);
      },
    });
  }
}
