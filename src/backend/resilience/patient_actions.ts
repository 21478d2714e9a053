/** Actions that take as long as people do. */

import type { CallActions } from "../call_actions.ts";
import type { Attempt } from "./attempt.ts";

/**
 * The same actions, for a step under way: while one of them is, the time of the step stands still. Whoever
 * waits for keys, or for a telephone that rings, does not wait for the backend.
 */
export function patientActions(actions: CallActions, attempt: Attempt): CallActions {
  return {
    hangup: (cause) => attempt.aside(() => actions.hangup(cause)),
    transfer: (target, options) => attempt.aside(() => actions.transfer(target, options)),
    say: (what, options) => attempt.aside(() => actions.say(what, options)),
    sendDtmf: (digits) => actions.sendDtmf(digits),
    collectDigits: (question) => attempt.aside(() => actions.collectDigits(question)),
    get menu() {
      return actions.menu;
    },
  };
}
