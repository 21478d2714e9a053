/** Whom a caller is given to, in the words of SIP or of FreeSWITCH, with no room for anything else. */

import { parseUri } from "../../sip/mod.ts";
import type { TransferTarget } from "../../backend/mod.ts";

/** The longest target that anybody has use for. */
const LONGEST = 256;

/**
 * The dial strings that call one telephone. Of a loopback just the number and the context: with a
 * dialplan `inline`, or `app=` for a number, it would run any application, the shell among them.
 */
const DIAL_STRINGS = [
  /^(user|sofia|verto\.rtc|freetdm)\/[\w:@;=.+*#%~!&/-]+$/,
  /^loopback\/[\w.*#+-]+(\/[\w.-]+)?$/,
];

/** What a target is, by the look of it. */
export type TargetKind = "number" | "uri" | "dial string";

/** Where numbers and SIP addresses are called from. */
export interface DialOptions {
  /** A dial string with `{number}` in it. */
  readonly numbers: string;
  /** The profile of FreeSWITCH by which SIP addresses are called. */
  readonly profile: string;
}

/**
 * What kind of target it is.
 *
 * @throws {RangeError} for what is none. So is everything that FreeSWITCH would cut into several
 * telephones or variables, or expand: commas, bars, braces, brackets but those of an IPv6 address,
 * quotes, dollar signs, backslashes, blanks and line ends. So are the header fields of a SIP address,
 * behind a question mark: FreeSWITCH sends them, and the line ends escaped in them, as they are. Who
 * wants several telephones to ring gives them an extension.
 */
export function targetKind(target: TransferTarget): TargetKind {
  if (typeof target === "string" && target.length <= LONGEST && !target.includes(":_:")) {
    if (/^[\w.*#+-]+$/.test(target)) return "number";
    if (/^(sips?|tel):/i.test(target)) {
      if (/^[\w:@;=.+*#%~!&/[\]-]+$/.test(target) && parseUri(target) !== undefined) return "uri";
    } else if (DIAL_STRINGS.some((form) => form.test(target))) return "dial string";
  }
  const shown = JSON.stringify(typeof target === "string" ? target.slice(0, 80) : target);
  throw new RangeError(
    "Cannot transfer as the target is one number, SIP address or dial string of up to " +
      `${LONGEST} letters, without blanks, commas, bars, braces, quotes, dollar signs and a ? with ` +
      `header fields: current value is ${shown}`,
  );
}

/**
 * The dial string of a target.
 *
 * @throws {RangeError} for what is no target
 */
export function dialString(target: TransferTarget, { numbers, profile }: DialOptions): string {
  const kind = targetKind(target);
  if (kind === "dial string") return target;
  const number = kind === "number" ? target : telephoneNumber(target);
  return number === undefined
    ? `sofia/${profile}/${target}`
    : numbers.replaceAll("{number}", number);
}

/**
 * The URI of a target for a REFER: a number is one at the address of the peer.
 *
 * @throws {RangeError} for what is no target
 * @throws {TypeError} for a dial string, which only FreeSWITCH understands
 */
export function referUri(target: TransferTarget, peer: { readonly host: string }): string {
  const kind = targetKind(target);
  if (kind === "uri") return target;
  if (kind === "number") return `sip:${target.replaceAll("#", "%23")}@${peer.host}`;
  throw new TypeError(
    "Cannot transfer a call that came without FreeSWITCH as the target is a number or a SIP " +
      `address: current value is ${target}`,
  );
}

/**
 * The address or the number of a target that we call ourselves.
 *
 * @throws {RangeError} for what is no target
 * @throws {TypeError} for a dial string, which only FreeSWITCH understands
 */
export function callableTarget(target: TransferTarget): string {
  const kind = targetKind(target);
  if (kind === "number") return target;
  const number = telephoneNumber(target);
  if (kind === "uri") return number ?? target;
  throw new TypeError(
    "Cannot transfer a call that came without FreeSWITCH as the target is a number or a SIP " +
      `address: current value is ${target}`,
  );
}

/** The number of a `tel:` URI without what makes it easy to read. */
function telephoneNumber(uri: string): string | undefined {
  const parsed = parseUri(uri);
  return parsed?.scheme === "tel" ? parsed.user?.replace(/[-.()]/g, "") : undefined;
}
