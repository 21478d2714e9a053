/** From what the command line says to what a phone is made with. */

import type { PhoneHandlerOptions } from "../phone/mod.ts";
import type { Configuration } from "./configuration.ts";

/** The options of a phone, but for who answers. */
export function optionsOf(configuration: Configuration): Omit<PhoneHandlerOptions, "voiceBackend"> {
  const { bargeIn, inbandDtmf, callRecords, recordings, sessions, takeOverMs } = configuration;
  const { sipHost, sipPort, advertisedHost, rtpStartPort, rtpEndPort } = configuration;
  const { maxCalls, drainMs, detector, eslHost, eslPort, eslPassword } = configuration;
  return {
    ...{ sipHost, sipPort, advertisedHost, rtpStartPort, rtpEndPort, maxCalls, drainMs, detector },
    turns: { bargeIn: { mode: bargeIn } },
    inbandDtmf: inbandDtmf === "on",
    callRecords: { path: callRecords },
    recording: recordings === undefined ? undefined : { folder: recordings },
    sessions: sessions === undefined ? undefined : { folder: sessions, takeOverMs },
    freeswitch: eslPassword === undefined
      ? undefined
      : { host: eslHost, port: eslPort, password: eslPassword },
  };
}
