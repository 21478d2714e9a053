/** A call of ours that was over in the moment of its answer. */

import { SipStatusError } from "../../sip/mod.ts";
import { CallRefusedError } from "./call_refused_error.ts";

/** What whoever called `target` is told then. */
export function hungUp(target: string): CallRefusedError {
  const text = `Cannot call ${target} as it was hung up`;
  return new CallRefusedError({ error: new SipStatusError(text, { status: 487 }) });
}
