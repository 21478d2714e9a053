/** Transfers that the peer asks for, RFC 3515. */

import type { CallCore } from "./call_core.ts";
import type { DialogClient } from "./dialog_client.ts";
import { requireOneLine } from "./extra_fields.ts";
import { parseNameAddrs } from "./name_addr.ts";
import { reasonPhrase } from "./reason_phrase.ts";
import type { ServerRequest } from "./server_request.ts";
import type { SipCallHandlers } from "./sip_call_handlers.ts";
import type { SipRefer } from "./sip_refer.ts";
import { parseUri } from "./uri.ts";

/** Seconds that the peer is told to wait for reports. */
const REPORT_SECONDS = 180;

const encoder = new TextEncoder();

/** What the transfers of a call need. */
export interface ReceivedRefersOptions {
  readonly core: CallCore;
  readonly client: DialogClient;
  readonly contact: string;
}

/** Answers the REFERs of one dialog and sends the reports. */
export class ReceivedRefers {
  readonly #options: ReceivedRefersOptions;
  #isClosed = false;
  #count = 0;

  constructor(options: ReceivedRefersOptions) {
    this.#options = options;
  }

  /** A REFER came. */
  receive(request: ServerRequest, handlers: SipCallHandlers): void {
    const { core, contact } = this.#options;
    const { headers } = request.message;
    // RFC 3515 section 2.4.1: exactly one.
    const targets = parseNameAddrs(headers.getAll("Refer-To"));
    if (targets?.length !== 1 || parseUri(targets[0].uri) === undefined) {
      return request.respond(400, { reason: "Refer-To Is Missing Or Malformed" });
    }
    // Later subscriptions of a dialog are told apart by the number of their REFER, section 2.4.6.
    const event = this.#count++ === 0 ? "refer" : `refer;id=${request.cseq}`;
    const report = this.#reporter(event);
    const referredBy = headers.get("Referred-By");
    const refer: SipRefer = { target: targets[0].uri, referredBy, report: report.report };
    const { onRefer } = handlers;
    const isAccepted = onRefer !== undefined && core.guard(() => onRefer(refer)) === true;
    if (!isAccepted || this.#isClosed) return request.respond(603);
    request.respond(202, { headers: [["Contact", contact]] });
    report.begin();
  }

  /** Ends all reports, as the call is over. */
  close(): void {
    this.#isClosed = true;
  }

  /** What is reported before the REFER is accepted waits, so that the 202 comes first. */
  #reporter(event: string): { report: SipRefer["report"]; begin(): void } {
    let hasBegun = false;
    let isOver = false;
    const early: [status: number, reason: string][] = [];
    const report = (status: number, reason: string = reasonPhrase(status)) => {
      requireOneLine("the reason", reason);
      if (isOver || this.#isClosed) return;
      if (!hasBegun) return void early.push([status, reason]);
      isOver = status >= 200;
      this.#notify(event, `SIP/2.0 ${status} ${reason}`, isOver);
    };
    const begin = () => {
      hasBegun = true;
      report(100);
      for (const [status, reason] of early) report(status, reason);
    };
    return { report, begin };
  }

  #notify(event: string, statusLine: string, isFinal: boolean): void {
    const state = isFinal ? "terminated;reason=noresource" : `active;expires=${REPORT_SECONDS}`;
    this.#options.client.send("NOTIFY", {
      headers: [
        ["Event", event],
        ["Subscription-State", state],
        ["Content-Type", "message/sipfrag;version=2.0"],
      ],
      body: encoder.encode(`${statusLine}\r\n`),
    }, () => {});
  }
}
