/** A call as the leg of a consultation. */

import type { ConnectOptions, Floor, Guest } from "../../backend/mod.ts";
import { parseNameAddr, type SipResponse } from "../../sip/mod.ts";
import type { CallKeys } from "../keys/mod.ts";
import type { PlacedLeg } from "./consultation.ts";

/** What a leg needs of a call. */
export interface LegCall {
  /** How far it has come. */
  readonly state: string;
  /** Resolves when it is over. */
  readonly ended: Promise<unknown>;
  /** Its sound, when it is live. */
  readonly media: {
    takeFloor(): Floor;
    connect(guest: Guest, options?: ConnectOptions): Promise<void>;
    sendDtmf(digits: string): void;
  } | undefined;
  /** The keys that its other side presses. */
  readonly keys: CallKeys;
  /** Its messages. */
  readonly leg: { readonly response: SipResponse | undefined };
  /** Answers it, if it came in. */
  answer(options: Readonly<Record<string, never>>): Promise<void>;
  /** Calls, if it is ours. */
  dial(options: Readonly<Record<string, never>>): Promise<void>;
  /** Ends it. */
  hangup(): Promise<void>;
}

/** The leg that a call is. */
export function consultedLeg(call: LegCall): PlacedLeg {
  return {
    answer: () => call.state === "arriving" ? call.answer({}) : Promise.resolve(),
    dial: () => call.dial({}),
    takeFloor: () => call.media!.takeFloor(),
    connect: (guest, options) => call.media!.connect(guest, options),
    keys: call.keys,
    sendDtmf: (digits) => call.media!.sendDtmf(digits),
    hangup: () => call.hangup(),
    ended: call.ended,
    get isLive() {
      return call.state === "live";
    },
    get replacedBy() {
      return call.leg.response && replacing(call.leg.response);
    },
  };
}

/**
 * The URI by which somebody else takes our place in a dialog (RFC 3891): the Replaces field names it as
 * the one sees it who is called, whose tag is that of To.
 */
function replacing({ headers }: SipResponse): string | undefined {
  const contact = parseNameAddr(headers.get("Contact") ?? "")?.uri;
  const [from, to] = ["From", "To"].map((name) =>
    parseNameAddr(headers.get(name) ?? "")?.params.get("tag")
  );
  if (contact === undefined || contact.includes("?") || !from || !to) return undefined;
  const replaces = `${headers.get("Call-ID")};to-tag=${to};from-tag=${from}`;
  return `${contact}?Replaces=${encodeURIComponent(replaces)}`;
}
