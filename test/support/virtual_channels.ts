/** Channels of a FreeSWITCH in memory, as its event socket tells of them when asked. */
import { apiResponse } from "./scripted_esl.ts";
import type { VirtualFreeSwitch } from "./virtual_freeswitch.ts";

/** What a channel has, by the names that `uuid_dump` uses. */
export type Fields = Readonly<Record<string, string>>;

/** The caller's and our leg of one call, as a real FreeSWITCH 1.10.12 told of them (shortened). */
export function bridged(caller: string, leg: string, callId: string): Map<string, Fields> {
  return new Map<string, Fields>([
    [caller, {
      "Unique-ID": caller,
      "Call-Direction": "inbound",
      "Caller-Dialplan": "XML",
      "Caller-Destination-Number": "7123",
      "Caller-Context": "callers",
      "Caller-Caller-ID-Name": "Zo\u00eb, 100%",
      "Caller-Caller-ID-Number": "1001",
      variable_sip_call_id: "cb0b7e58-317e-4a5a-9831-1f9dd5d654a6",
      variable_sofia_profile_name: "callers",
      variable_signal_bond: leg,
    }],
    [leg, {
      "Unique-ID": leg,
      "Call-Direction": "outbound",
      variable_sip_call_id: callId,
      variable_sofia_profile_name: "sofia_phone",
      variable_sip_req_uri: "7123@127.0.0.1:5070",
      variable_signal_bond: caller,
    }],
  ]);
}

/** Lets `freeswitch` answer `uuid_dump` by what is in `channels` at that moment. */
export function serveChannels(
  freeswitch: VirtualFreeSwitch,
  channels: ReadonlyMap<string, Fields>,
): void {
  freeswitch.answers.set("api uuid_dump ", (command) => {
    const channel = channels.get(command.slice("api uuid_dump ".length));
    if (channel === undefined) return apiResponse("-ERR No such channel!\n");
    const lines = Object.entries(channel).map(([name, value]) =>
      `${name}: ${encodeURIComponent(value)}\n`
    );
    return apiResponse(lines.join(""));
  });
}
