/** Transfers that we ask for, RFC 3515. */

import type { Timer } from "../clock/mod.ts";
import type { CallCore } from "./call_core.ts";
import { parseCSeq } from "./cseq.ts";
import type { DialogClient, Outcome } from "./dialog_client.ts";
import { parseParams } from "./params.ts";
import type { ServerRequest } from "./server_request.ts";
import type { SipReferOptions } from "./sip_call.ts";
import { SipStatusError } from "./sip_status_error.ts";

/** A REFER that was sent, until its last report. */
interface Sent {
  /** The number of the REFER, known with its answer; -1 before. */
  cseq: number;
  status: number;
  readonly onProgress: SipReferOptions["onProgress"];
  readonly resolve: (status: number) => void;
  readonly reject: (error: SipStatusError) => void;
  readonly timeout: Timer;
}

const decoder = new TextDecoder();

/** Sends the REFERs of one dialog and reads the reports. */
export class SentRefers {
  readonly #core: CallCore;
  readonly #client: DialogClient;
  readonly #sent: Sent[] = [];

  constructor(core: CallCore, client: DialogClient) {
    this.#core = core;
    this.#client = client;
  }

  /** Asks the peer to call `target`; see {@linkcode SipCall.refer}. */
  refer(target: string, options: SipReferOptions = {}): Promise<number> {
    const { onProgress, timeoutMs = 60_000 } = options;
    return new Promise((resolve, reject) => {
      const timeout = this.#core.context.clock.setTimer(
        () => this.#fail(sent, 408, "no report has come in time"),
        timeoutMs,
      );
      const sent: Sent = { cseq: -1, status: 0, onProgress, resolve, reject, timeout };
      this.#sent.push(sent);
      this.#client.send("REFER", { headers: [["Refer-To", `<${target}>`]] }, (outcome) => {
        this.#answered(sent, outcome);
      });
    });
  }

  /** A NOTIFY came. */
  receive(request: ServerRequest): void {
    const { headers, body } = request.message;
    const event = headers.get("Event") ?? "";
    const semicolon = event.indexOf(";");
    const name = event.slice(0, semicolon === -1 ? undefined : semicolon).trim().toLowerCase();
    if (name !== "refer") {
      return request.respond(489, { reason: "Bad Event", headers: [["Allow-Events", "refer"]] });
    }
    const id = semicolon === -1 ? undefined : parseParams(event, semicolon)?.get("id");
    const sent = id === undefined
      ? this.#sent.at(-1)
      : this.#sent.find(({ cseq }) => String(cseq) === id) ??
        // The first report may overtake the answer to its REFER.
        this.#sent.find(({ cseq }) => cseq === -1);
    if (sent === undefined) return request.respond(481);
    request.respond(200);
    const line = /^SIP\/2\.0 ([1-6]\d\d) ?([^\r\n]*)/i.exec(decoder.decode(body.subarray(0, 500)));
    if (line !== null) {
      sent.status = Number(line[1]);
      this.#core.guard(() => sent.onProgress?.(sent.status, line[2]));
    }
    const state = headers.get("Subscription-State")?.trim().toLowerCase() ?? "";
    if (sent.status >= 200 || state.startsWith("terminated")) this.#resolve(sent);
  }

  /** Gives up all, as the call is over. */
  close(): void {
    for (const sent of [...this.#sent]) this.#fail(sent, 481, "the call is over");
  }

  #answered(sent: Sent, { status, response }: Outcome): void {
    if (status >= 300 || response === undefined) {
      const why = `the peer refuses: ${status} ${response?.reason ?? ""}`;
      return this.#fail(sent, status, why, response);
    }
    sent.cseq = parseCSeq(response.headers.get("CSeq")!)!.number;
    // RFC 4488: the peer will not report.
    if (response.headers.get("Refer-Sub")?.trim().toLowerCase() === "false") {
      sent.status = status;
      this.#resolve(sent);
    }
  }

  #resolve(sent: Sent): void {
    if (this.#remove(sent)) sent.resolve(sent.status);
  }

  #fail(sent: Sent, status: number, why: string, response?: Outcome["response"]): void {
    if (!this.#remove(sent)) return;
    sent.reject(new SipStatusError(`Cannot transfer as ${why}`, { status, response }));
  }

  #remove(sent: Sent): boolean {
    sent.timeout.cancel();
    const index = this.#sent.indexOf(sent);
    if (index !== -1) this.#sent.splice(index, 1);
    return index !== -1;
  }
}
