/** Who is told what happens in a phone's calls. */

import type { CallListeners } from "../call/mod.ts";
import type { PhoneParts, PhonePartsContext } from "./phone_parts.ts";

/** What each call of a phone tells: to the parts that keep books first, then to those who listen. */
export function callListeners(
  { sessions, records, tally, freeswitchKeys, farewells }: PhoneParts,
  { emit, report }: PhonePartsContext,
): CallListeners {
  return {
    onAnswered: (call) => {
      sessions.answered(call);
      records.answered(call);
      freeswitchKeys?.watch(call);
      tally.answered(call);
    },
    onDtmf: (call, press) => {
      sessions.active(call);
      emit("dtmf", { call, ...press });
    },
    onConversation: (call, event) => {
      sessions.active(call);
      records.note(call, event);
      emit("conversation", { call, event });
    },
    onAnsweredBy: (call, by) => emit("answeredBy", { call, ...by }),
    onMessage: (call, message) => emit("message", { call, ...message }),
    onFarewell: (_, farewell) => farewells.add(farewell),
    onError: report,
  };
}
