/** Why a request is refused before anybody looks at what it wants, RFC 3261 section 8.2. */

import { ALLOW, isAllowed, isSupported } from "./capabilities.ts";
import type { ResponseParts, ServerRequest } from "./server_request.ts";
import { listTokens } from "./split_list.ts";

/** A refusal. */
export interface Refusal extends ResponseParts {
  readonly status: number;
}

/** The refusal of a request that is not even looked at, or undefined. */
export function refusalOf({ message, toTag }: ServerRequest): Refusal | undefined {
  const { method, uri, headers } = message;
  if (!isAllowed(method)) return { status: 405, headers: [["Allow", ALLOW]] };
  // Within a dialog the Request-URI is our own Contact, however a proxy may have changed it.
  if (toTag === "" && !hasKnownScheme(uri)) return { status: 416 };
  // RFC 3261 section 8.2.2.3: in a CANCEL, Require is ignored.
  if (method === "CANCEL" || !headers.has("Require")) return undefined;
  const unknown = listTokens(headers.getAll("Require")).filter((name) => !isSupported(name));
  if (unknown.length === 0) return undefined;
  return { status: 420, headers: [["Unsupported", unknown.join(", ")]] };
}

/** `sips:` is none of them, as there is no TLS here. */
function hasKnownScheme(uri: string): boolean {
  const scheme = uri.slice(0, 4).toLowerCase();
  return scheme === "sip:" || scheme === "tel:";
}
