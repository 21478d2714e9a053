/** What is wrong with options that are right one by one. */

import { isLoopback } from "../../sip/mod.ts";
import type { ConfigurationDisk } from "./configuration_disk.ts";
import type { Configuration } from "./configuration.ts";
import { titleOf } from "./option.ts";
import { OPTIONS } from "./configuration.ts";

type Disk = Pick<ConfigurationDisk, "kindOf">;

/** Tells what cannot be together, each in words that finish "Cannot start as ...". */
export function checkTogether(
  configuration: Configuration,
  disk: Disk,
): string[] {
  return [
    ...portsForSound(configuration),
    ...addresses(configuration),
    ...portsOfTcp(configuration),
    ...doorToTheWeb(configuration),
    ...stores(configuration),
    ...recorder(configuration),
    ...backendFile(configuration, disk),
    ...places(configuration, disk),
  ];
}

function title(name: keyof Configuration): string {
  return titleOf(name, OPTIONS[name]);
}

function portsForSound({ rtpStartPort, rtpEndPort }: Configuration): string[] {
  if (rtpEndPort > rtpStartPort) return [];
  return [
    `${title("rtpEndPort")} is above ${title("rtpStartPort")}, ${rtpStartPort}: ` +
    `current value is ${rtpEndPort}`,
  ];
}

function addresses({ sipHost, advertisedHost }: Configuration): string[] {
  if (advertisedHost !== undefined || (sipHost !== "0.0.0.0" && sipHost !== "::")) return [];
  return [
    `${title("advertisedHost")} is needed where --sip-host is ${sipHost}: name the address that ` +
    `callers reach this machine by`,
  ];
}

/** Two servers cannot listen at one port; 0 is another one for each. */
function portsOfTcp({ sipPort, httpPort, audiosocketPort }: Configuration): string[] {
  const taken = new Map<unknown, keyof Configuration>();
  const faults: string[] = [];
  for (const [name, port] of Object.entries({ sipPort, httpPort, audiosocketPort })) {
    const other = taken.get(port);
    if (other !== undefined) {
      faults.push(
        `${title(name as keyof Configuration)} is another than ${title(other)}: both are ${port}`,
      );
    }
    if (port !== 0 && port !== "off") taken.set(port, name as keyof Configuration);
  }
  return faults;
}

function doorToTheWeb(configuration: Configuration): string[] {
  const { httpHost, httpPort, httpToken, twilio, twilioAuthToken, publicUrl } = configuration;
  const faults: string[] = [];
  if (httpPort !== "off" && !isLoopback(httpHost) && httpToken === undefined) {
    faults.push(
      `${title("httpToken")} is needed where --http-host is ${httpHost}: set it or ` +
        `SOFIA_PHONE_HTTP_TOKEN_FILE, to what "openssl rand -hex 24" says for instance`,
    );
  }
  if (!twilio) return faults;
  const needed = { twilioAuthToken, publicUrl };
  for (const [name, value] of Object.entries(needed)) {
    if (value !== undefined) continue;
    faults.push(
      `${
        title(name as keyof Configuration)
      } is needed for --twilio on: without it nobody can tell ` +
        `that a call is Twilio's`,
    );
  }
  if (httpPort === "off") faults.push("--twilio on needs the HTTP server: --http-port is off");
  return faults;
}

function stores({ sessions, callStore, callStorePassword }: Configuration): string[] {
  const faults: string[] = [];
  if (sessions !== undefined && callStore !== undefined) {
    faults.push(
      `calls are kept at one place: leave out ${title("sessions")} or ${title("callStore")}`,
    );
  }
  if (callStorePassword !== undefined && callStore === undefined) {
    faults.push(`${title("callStorePassword")} is of a call store: set ${title("callStore")}, too`);
  }
  return faults;
}

const BUILT_IN = ["echo", "loopback", "mock"];

function backendFile({ backend }: Configuration, disk: Disk): string[] {
  if (BUILT_IN.includes(backend) || disk.kindOf(backend) !== undefined) return [];
  const shown = JSON.stringify(backend);
  return [
    `${title("backend")} is ${OPTIONS.backend.rule}: current value is ${shown}, and there is no ` +
    "such file",
  ];
}

function recorder({ recordings, recordingBy, eslPassword }: Configuration): string[] {
  if (recordings === undefined || recordingBy === "phone" || eslPassword !== undefined) return [];
  return [
    `${title("eslPassword")} is needed for ${title("recordingBy")} freeswitch: without the event ` +
    `socket nobody can tell it to record`,
  ];
}

/** What is made where nothing is yet. */
const PLACES = {
  recordings: "folder",
  sessions: "folder",
  callRecords: "file",
  logFile: "file",
} as const;

/** What is at a path already must be what is to be there. */
function places(configuration: Configuration, disk: Disk): string[] {
  const faults: string[] = [];
  for (const name of Object.keys(PLACES) as (keyof typeof PLACES)[]) {
    const path = configuration[name];
    const found = path === undefined ? undefined : disk.kindOf(path);
    if (found === undefined || found === PLACES[name]) continue;
    const shown = JSON.stringify(path);
    faults.push(
      `${title(name)} is ${OPTIONS[name].rule}: current value is ${shown}, and that is a ${found}`,
    );
  }
  return faults;
}
