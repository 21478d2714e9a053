/** From what the command line says to what a phone is made with. */

import type { CallStore } from "../call/mod.ts";
import type { PhoneHandlerOptions } from "../phone/mod.ts";
import type { Configuration } from "./configuration/configuration.ts";

/** An echo has no words of its own: without these it is not asked for any as it starts. */
const WORDLESS: PhoneHandlerOptions["conversation"] = { failure: { apology: false }, farewell: "" };

/** The options of a phone, but for who answers; `store` is what `--call-store` names. */
export function optionsOf(
  configuration: Configuration,
  store?: CallStore,
): Omit<PhoneHandlerOptions, "voiceBackend"> {
  const { bargeIn, language, callRecords, callRecordWords, maxLatenessMs } = configuration;
  const { sipHost, sipPort, advertisedHost, rtpStartPort, rtpEndPort } = configuration;
  const { maxCalls, drainMs, detector, inbandDtmf, codecs, trunks } = configuration;
  const { eslHost, eslPort, eslPassword } = configuration;
  return {
    ...{ sipHost, sipPort, advertisedHost, rtpStartPort, rtpEndPort, maxCalls, drainMs, detector },
    ...{ inbandDtmf, codecs, trunks },
    turns: { language, bargeIn: { mode: bargeIn } },
    conversation: configuration.backend === "echo" ? WORDLESS : undefined,
    callRecords: { path: callRecords, words: callRecordWords },
    recording: recordingOf(configuration),
    sessions: sessionsOf(configuration, store),
    freeswitch: eslPassword === undefined
      ? undefined
      : { host: eslHost, port: eslPort, password: eslPassword },
    limits: limitsOf(configuration),
    admission: maxLatenessMs === "off" ? false : { maxLatenessMs },
  };
}

function recordingOf(
  { recordings, recordingPolicy, recordingBy, recordingName }: Configuration,
): PhoneHandlerOptions["recording"] {
  if (recordings === undefined) return undefined;
  return { folder: recordings, policy: recordingPolicy, by: recordingBy, fileName: recordingName };
}

function sessionsOf(
  { sessions, takeOverMs, resumeWithinMs, trusted }: Configuration,
  store: CallStore | undefined,
): PhoneHandlerOptions["sessions"] {
  if (store !== undefined) return { store, takeOverMs, resumeWithinMs, trusted };
  return sessions === undefined
    ? undefined
    : { folder: sessions, takeOverMs, resumeWithinMs, trusted };
}

function limitsOf(configuration: Configuration): PhoneHandlerOptions["limits"] {
  const { sessionTimeout, idleTimeout } = configuration;
  const { callsPerCaller, callsPerSource, callsPerSecondPerSource } = configuration;
  const { sourcesWithoutLimit } = configuration;
  return {
    maxCallMs: sessionTimeout && sessionTimeout * 1000,
    idleMs: idleTimeout && idleTimeout * 1000,
    ...{ callsPerCaller, callsPerSource, callsPerSecondPerSource, sourcesWithoutLimit },
  };
}
