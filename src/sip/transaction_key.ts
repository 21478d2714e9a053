/** How a request is known when it comes again, RFC 3261 section 17.2.3. */

import type { ServerRequest } from "./server_request.ts";

/** A branch that starts with it is unique; one without comes from an element of RFC 2543. */
export const BRANCH_COOKIE = "z9hG4bK";

/**
 * The key of the transaction a request belongs to.
 *
 * @param method INVITE to find what an ACK or a CANCEL is about; else the request's own
 */
export function transactionKey(request: ServerRequest, method: string): string {
  const { via, message, callId, fromTag, cseq } = request;
  const branch = via.params.get("branch");
  if (branch !== undefined && branch.length > 7 && hasCookie(branch)) {
    return `${branch} ${method} ${via.host} ${via.port ?? ""}`;
  }
  // The To tag is left out: an ACK has one where its INVITE had none.
  const sentBy = `${via.host} ${via.port ?? ""} ${branch ?? ""}`;
  return `${callId} ${fromTag} ${cseq} ${method} ${message.uri} ${sentBy}`;
}

/** The key of a request that has reached us on several ways, RFC 3261 section 8.2.2.2. */
export function mergeKey({ callId, fromTag, cseq, method }: ServerRequest): string {
  return `${callId} ${fromTag} ${cseq} ${method}`;
}

/** The cookie is compared in any case, as tokens are. */
function hasCookie(branch: string): boolean {
  return branch.startsWith(BRANCH_COOKIE) || /^z9hg4bk/i.test(branch);
}
