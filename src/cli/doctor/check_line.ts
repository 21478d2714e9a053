/** A call between FreeSWITCH and us with nobody else in it. */

import { type Clock, sleep } from "../../clock/mod.ts";
import { EslError, EslRefusedError, originate, uuidKill } from "../../esl/mod.ts";
import type { EslControl } from "../../esl/mod.ts";
import { ask, globalVariable } from "./ask.ts";
import type { DoctorTelephone } from "./doctor_telephone.ts";
import { failed, type Finding, ok } from "./finding.ts";
import type { PingResult } from "./tone_ping.ts";

const WHAT = "line";
const LISTEN_MS = 4000;
/** So many tones are enough to judge a line by. */
const ENOUGH = 3;

/** FreeSWITCH calls the telephone and echoes what that says. */
export async function checkLine(
  control: EslControl,
  telephone: DoctorTelephone,
  clock: Clock,
): Promise<Finding> {
  const codecs = await globalVariable(control, "sofia_phone_codecs") || "PCMU";
  let uuid: string;
  try {
    uuid = await originate(control, {
      target: `sofia/sofia_phone/${telephone.uri}`,
      application: { name: "echo" },
      variables: { absolute_codec_string: codecs, leg_progress_timeout: 3 },
      ringMs: 5000,
    });
  } catch (error) {
    if (error instanceof EslRefusedError) return noCall(error.reply ?? "", telephone.uri);
    throw error;
  }
  try {
    await tonesOf(telephone, clock);
    const { ping } = telephone;
    if (ping.trips.length > 0) {
      return ok(WHAT, `FreeSWITCH calls ${telephone.uri}, and ${tripsOf(ping)}`);
    }
    return await oneWay(control, uuid, ping);
  } finally {
    await uuidKill(control, uuid).catch((error) => {
      if (!(error instanceof EslError)) throw error;
    });
  }
}

/** Waits until enough tones have come back, or for as long as it is worth. */
export async function tonesOf(telephone: DoctorTelephone, clock: Clock): Promise<void> {
  const until = clock.now() + LISTEN_MS;
  while (clock.now() < until && telephone.ping.trips.length < ENOUGH) await sleep(clock, 50);
}

/** Tones and how long they took, in words. */
export function tripsOf({ trips, sent }: PingResult): string {
  const median = [...trips].sort((a, b) => a - b)[trips.length >> 1];
  return `${trips.length} of ${sent} tones come back after ${median.toFixed(0)} ms`;
}

function noCall(reply: string, uri: string): Finding {
  const cause = /-ERR (\S+)/.exec(reply)?.[1] ?? reply;
  if (/INCOMPATIBLE_DESTINATION|NOT_ACCEPT/.test(cause)) {
    return failed(WHAT, "no codec in common", "set sofia_phone_codecs=PCMU and reloadxml");
  }
  if (/TIMER_EXPIRE|PROGRESS_TIMEOUT|NO_ANSWER|NO_USER_RESPONSE/.test(cause)) {
    return failed(
      WHAT,
      `FreeSWITCH calls ${uri} and hears nothing (${cause})`,
      "on two machines: sofia_phone_local_ip is 127.0.0.1, --sip-host is not this machine as FreeSWITCH sees it, or a firewall drops UDP",
    );
  }
  return failed(
    WHAT,
    `FreeSWITCH cannot call ${uri}: ${cause}`,
    "see freeswitch.log; fs_cli -x 'sofia profile sofia_phone siptrace on' shows each message",
  );
}

async function oneWay(control: EslControl, uuid: string, ping: PingResult): Promise<Finding> {
  await ask(control, `uuid_set_media_stats ${uuid}`);
  const count = await ask(control, `uuid_getvar ${uuid} rtp_audio_in_media_packet_count`);
  if (ping.packets > 0) {
    return failed(
      WHAT,
      `sound comes from FreeSWITCH (${ping.packets} packets), but not our tones`,
      "see that nothing between them changes the sound, and how busy both machines are",
    );
  }
  return Number(count) > 0
    ? failed(
      WHAT,
      "FreeSWITCH hears us, and we hear nothing of it",
      "open SOFIA_PHONE_RTP_START_PORT to SOFIA_PHONE_RTP_END_PORT, UDP, for it in our firewall",
    )
    : failed(
      WHAT,
      "the call is answered, and no sound comes through",
      "see rtp-ip of the profile sofia_phone, and open rtp-start-port to rtp-end-port, UDP, for us",
    );
}
