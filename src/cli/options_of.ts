/** From what the command line says to what a phone is made with. */

import type { PhoneHandlerOptions } from "../phone/mod.ts";
import type { Configuration } from "./configuration/configuration.ts";

/** The options of a phone, but for who answers and what has to be loaded. */
export function optionsOf(configuration: Configuration): Omit<PhoneHandlerOptions, "voiceBackend"> {
  const { bargeIn, language, callRecords, callRecordWords, sessions } = configuration;
  const { sipHost, sipPort, advertisedHost, rtpStartPort, rtpEndPort } = configuration;
  const { maxCalls, drainMs, detector, inbandDtmf, codecs, trunks } = configuration;
  const { eslHost, eslPort, eslPassword, takeOverMs, resumeWithinMs, trusted } = configuration;
  return {
    ...{ sipHost, sipPort, advertisedHost, rtpStartPort, rtpEndPort, maxCalls, drainMs, detector },
    ...{ inbandDtmf, codecs, trunks },
    turns: { language, bargeIn: { mode: bargeIn } },
    callRecords: { path: callRecords, words: callRecordWords },
    recording: recordingOf(configuration),
    sessions: sessions === undefined
      ? undefined
      : { folder: sessions, takeOverMs, resumeWithinMs, trusted },
    freeswitch: eslPassword === undefined
      ? undefined
      : { host: eslHost, port: eslPort, password: eslPassword },
    limits: limitsOf(configuration),
  };
}

function recordingOf(
  { recordings, recordingPolicy, recordingBy, recordingName }: Configuration,
): PhoneHandlerOptions["recording"] {
  if (recordings === undefined) return undefined;
  return { folder: recordings, policy: recordingPolicy, by: recordingBy, fileName: recordingName };
}

function limitsOf(
  { sessionTimeout, idleTimeout, callsPerCaller }: Configuration,
): PhoneHandlerOptions["limits"] {
  return {
    maxCallMs: sessionTimeout && sessionTimeout * 1000,
    idleMs: idleTimeout && idleTimeout * 1000,
    callsPerCaller,
  };
}
