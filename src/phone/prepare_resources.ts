/** What the calls of a phone share, made before the first of them comes. */

import { type CallResources, OutgoingLeg } from "../call/mod.ts";
import { wallClock } from "../clock/mod.ts";
import { loadResampler } from "../resample/mod.ts";
import type { SipUserAgent } from "../sip/mod.ts";
import { loadDetector } from "../vad/mod.ts";
import { invitation } from "./invitation.ts";
import type { PhoneHandlerOptions } from "./phone_options.ts";
import type { PhoneParts } from "./phone_parts.ts";

/**
 * Loads what the first call must not wait for; transfers are called by `agent`.
 *
 * @throws {Error} when a codec, the detector or the folder of recordings cannot be had
 */
export async function prepareResources(
  options: PhoneHandlerOptions,
  parts: PhoneParts,
  agent: SipUserAgent,
): Promise<CallResources> {
  const { sipHost, advertisedHost, pipeline, voiceBackend } = options;
  const { detector, turns, conversation, inbandDtmf } = options;
  const { clock, random, codecs, ports, ticker, voices, freeswitch, recordings, trunks } = parts;
  const [makeDetector] = await Promise.all([
    typeof detector === "function" ? detector : loadDetector(detector, { clock }),
    loadResampler(),
    recordings?.start(),
    ...codecs.map((codec) => codec.load?.()),
  ]);
  const voice = voices.of(voiceBackend);
  voices.prepare(voiceBackend);
  return {
    ...voice,
    ...{ clock, random, wallClock, ticker, codecs, ports, freeswitch, recordings },
    ...{ turns, conversation, inbandDtmf },
    voiceOf: (backend) => voices.of(backend),
    host: advertisedHost ?? sipHost ?? "127.0.0.1",
    detector: makeDetector,
    place: (to, how) => {
      const means = { trunk: trunks.find(undefined), clock, random };
      return new OutgoingLeg(agent, invitation(to, how, means));
    },
    pipeline: pipeline ?? ((chain) => chain),
  };
}
