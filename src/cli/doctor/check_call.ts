/** A call that comes in as a caller's does, through the dialplan to the phone. */

import { loopback } from "../../backend/mod.ts";
import { type Clock, sleep } from "../../clock/mod.ts";
import { EslError, EslRefusedError, originate, uuidKill } from "../../esl/mod.ts";
import type { EslControl } from "../../esl/mod.ts";
import { PhoneHandler } from "../../phone/mod.ts";
import { ask, globalVariable } from "./ask.ts";
import { tonesOf, tripsOf } from "./check_line.ts";
import type { DoctorTelephone } from "./doctor_telephone.ts";
import { failed, type Finding, ok, warning } from "./finding.ts";

const WHAT = "call";
const ANSWER_MS = 8000;
/** What is louder, in dB below full scale, is more than comfort noise. */
const SOUND_DB = -55;

/** Which call is made. */
export interface CallOptions {
  /** The number that the caller dials. */
  readonly number: string;
  /** The context in which it is looked up. */
  readonly context: string;
  /** The phone's first port for sound. */
  readonly rtpStartPort: number;
  /** The phone's last port for sound. */
  readonly rtpEndPort: number;
  /** Time. */
  readonly clock: Clock;
}

/**
 * The doctor's telephone becomes a caller of FreeSWITCH, who dials the number. Where no phone runs,
 * one that gives callers their own sound back stands in for it.
 */
export async function checkCall(
  control: EslControl,
  telephone: DoctorTelephone,
  options: CallOptions,
): Promise<Finding> {
  const { number, context, clock } = options;
  const standIn = await startStandIn(control, options);
  try {
    const uuid = await originate(control, {
      target: `sofia/sofia_phone/${telephone.uri}`,
      application: { name: "transfer", argument: `${number} XML ${context}` },
      variables: { absolute_codec_string: "PCMU", leg_progress_timeout: 3 },
      ringMs: 5000,
    });
    try {
      const way = await wayOf(control, uuid, clock);
      if (way.isThrough) await tonesOf(telephone, clock);
      return findingOf(way, telephone, standIn !== undefined);
    } finally {
      await uuidKill(control, uuid).catch((error) => {
        if (!(error instanceof EslError)) throw error;
      });
    }
  } catch (error) {
    if (!(error instanceof EslRefusedError)) throw error;
    return failed(WHAT, `it did not come about: ${error.reply}`, "see what is said of the line");
  } finally {
    await standIn?.stop();
  }
}

/** How far a call got. */
interface Way {
  readonly isThrough: boolean;
  readonly isThere: boolean;
  readonly disposition: string;
  readonly place: string;
}

async function wayOf(control: EslControl, uuid: string, clock: Clock): Promise<Way> {
  const until = clock.now() + ANSWER_MS;
  const of = async (name: string): Promise<string> => {
    const value = await ask(control, `uuid_getvar ${uuid} ${name}`);
    return value === "_undef_" ? "" : value;
  };
  const [host, port] = await Promise.all(
    ["sofia_phone_host", "sofia_phone_port"].map((name) => globalVariable(control, name)),
  );
  const place = `${host}:${port}`;
  while (clock.now() < until) {
    const isThere = await ask(control, `uuid_exists ${uuid}`) === "true";
    const [disposition, state, partner] = isThere
      ? [await of("originate_disposition"), await of("sofia_phone_state"), await of("bridge_uuid")]
      : ["", "", ""];
    const isLost = state === "waiting" || state === "fallback";
    if (!isThere || isLost) return { isThrough: false, isThere, disposition, place };
    if (partner !== "" && state === "calling") {
      return { isThrough: true, isThere, disposition, place };
    }
    await sleep(clock, 50);
  }
  return { isThrough: false, isThere: true, disposition: "NO_ANSWER", place };
}

function findingOf(way: Way, telephone: DoctorTelephone, isStandIn: boolean): Finding {
  const { disposition, place } = way;
  const { ping } = telephone;
  const who = isStandIn ? "a stand-in for the phone, which does not run," : "the phone";
  if (way.isThrough && ping.trips.length > 0) {
    return ok(WHAT, `${who} answers at ${place}; ${tripsOf(ping)}`);
  }
  if (way.isThrough && !isStandIn && ping.loudestDb > SOUND_DB) {
    return ok(WHAT, `${who} answers at ${place}, and is heard`);
  }
  if (way.isThrough && !isStandIn && ping.packets > 0) {
    return warning(
      WHAT,
      `${who} answers at ${place} and says nothing`,
      "right if it does not greet",
    );
  }
  if (way.isThrough) {
    return failed(WHAT, `${who} answers at ${place}, and no sound comes`, "see its log");
  }
  if (!way.isThere) {
    return failed(
      WHAT,
      "FreeSWITCH hangs up before the phone is called",
      "see freeswitch.log: an application or a module is missing, or another extension has the number",
    );
  }
  if (/USER_BUSY/.test(disposition)) {
    return failed(WHAT, `the phone at ${place} is full`, "raise SOFIA_PHONE_MAX_CALLS");
  }
  if (/TIMER_EXPIRE|PROGRESS_TIMEOUT|NO_ANSWER/.test(disposition)) {
    return failed(
      WHAT,
      `something is at ${place} and does not answer (${disposition})`,
      "see what has that port: ss -ulpn; restart the phone",
    );
  }
  // It says this for a phone that answers with 503 and for a place where none is, all alike.
  if (/TEMPORARY_FAILURE/.test(disposition)) {
    return failed(
      WHAT,
      `the phone at ${place} takes no calls now, or there is none (${disposition})`,
      "see its log and /ready, as it may be too busy or about to stop; or start it there, by " +
        "SOFIA_PHONE_SIP_HOST and SOFIA_PHONE_SIP_PORT, or set sofia_phone_host and sofia_phone_port",
    );
  }
  return failed(
    WHAT,
    `no phone answers at ${place} (${disposition})`,
    "start it there, by SOFIA_PHONE_SIP_HOST and SOFIA_PHONE_SIP_PORT, or set sofia_phone_host and sofia_phone_port",
  );
}

/** A phone where FreeSWITCH looks for one; undefined when the place is taken, or elsewhere. */
async function startStandIn(
  control: EslControl,
  { rtpStartPort, rtpEndPort }: CallOptions,
): Promise<PhoneHandler | undefined> {
  const sipHost = await globalVariable(control, "sofia_phone_host");
  const sipPort = Number(await globalVariable(control, "sofia_phone_port"));
  try {
    const phone = new PhoneHandler({
      ...{ voiceBackend: loopback(), sipHost, sipPort, rtpStartPort, rtpEndPort },
      detector: "energy",
      // Whether the line is good is to be said on a busy machine, too.
      admission: false,
    });
    await phone.start();
    return phone;
  } catch {
    return undefined;
  }
}
