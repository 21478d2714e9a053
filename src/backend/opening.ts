/** What the agent says first. */

import type { Conversation } from "./conversation_options.ts";
import type { ResumedCall } from "./resumed_call.ts";
import type { CallInfo, Prompt, Speech, VoiceBackend } from "./voice_backend.ts";

/** The greeting of a new call, or what is said to a caller who was cut off. */
export async function opening(
  backend: VoiceBackend,
  call: CallInfo,
  conversation: Conversation,
): Promise<string | Speech | Prompt | null | void> {
  const { resumed } = call;
  if (resumed === undefined) return await backend.onCallStart?.(call);
  const own = backend.onCallResume === undefined
    // What it sets up for each call has to be there; what it says is for those who are new.
    ? void await backend.onCallStart?.(call)
    : await backend.onCallResume(call, resumed);
  return own === undefined ? regret(resumed, conversation) : own;
}

function regret(
  { saying, history }: ResumedCall,
  { resume: { say, repeat } }: Conversation,
): string {
  if (say === false) return "";
  if (saying !== undefined && saying.unheard !== "") return `${say} ${rest(saying, say)}`.trim();
  const last = history.at(-1);
  if (last?.role !== "caller" || repeat === "") return say;
  return `${say} ${repeat.replace("{words}", () => last.text)}`;
}

/** What the caller has not heard; without what is said anyway, if it was cut off once more in that. */
function rest({ heard, unheard }: NonNullable<ResumedCall["saying"]>, say: string): string {
  const whole = `${heard} ${unheard}`.trim();
  return whole.startsWith(say) ? whole.slice(Math.max(say.length, heard.length)).trim() : unheard;
}
