/** A FreeSWITCH in memory that is set up well, in the words of a real one of version 1.10.12. */
import { readFileSync } from "node:fs";
import { wallClock } from "../../../src/clock/mod.ts";
import { apiResponse } from "../../support/scripted_esl.ts";
import { VirtualFreeSwitch } from "../../support/virtual_freeswitch.ts";

const VARIABLES: Readonly<Record<string, string>> = {
  sofia_phone_codecs: "PCMU",
  sofia_phone_music: "tone_stream://v=-22;%(480,20,294,440);loops=-1",
  sofia_phone_pause: "tone_stream://v=-22;%(480,20,294,440)",
  sofia_phone_acl: "loopback.auto",
  sofia_phone_host: "127.0.0.1",
  sofia_phone_port: "5070",
};

function params(name: string, values: Readonly<Record<string, string>>): string {
  const lines = Object.entries(values).map(([key, value]) =>
    `          <param name="${key}" value="${value}"></param>\n`
  );
  return `<configuration name="${name}">\n      <settings>\n${lines.join("\n")}    </settings>`;
}

/** What is shipped, as FreeSWITCH has read it. */
const CALLERS = readFileSync(
  new URL("../../../freeswitch/dialplan/default/sofia_phone.xml", import.meta.url),
  "utf8",
).replace(/<!--[^]*?-->/g, "").replace("$${sofia_phone_numbers}", () => "^7\\d\\d\\d$");

/** What it says to each command. */
export const ANSWERS: Readonly<Record<string, string>> = {
  "version short": "1.10.12-release",
  "xml_locate configuration configuration name event_socket.conf": params("event_socket.conf", {
    "listen-ip": "127.0.0.1",
    "password": "of-our-own",
    "apply-inbound-acl": "loopback.auto",
  }),
  "xml_locate configuration configuration name switch.conf": params("switch.conf", {
    "rtp-start-port": "16384",
    "rtp-end-port": "24574",
  }),
  "sofia xmlstatus profile sofia_phone": `<profile>
    <rtp-ip>127.0.0.1</rtp-ip>
    <sip-ip>127.0.0.1</sip-ip>
    <url>sip:mod_sofia@127.0.0.1:5071</url>
    <outbound-codecs>PCMU,PCMA,OPUS,L16</outbound-codecs>
</profile>`,
  "sofia xmlstatus gateway": '<?xml version="1.0"?>\n<gateways>\n</gateways>',
  "xml_locate dialplan": `<section name="dialplan">
      <context name="callers">${CALLERS}</context>
      <context name="sofia_phone_outbound"></context>
</section>`,
  "acl 127.0.0.1 loopback.auto": "true",
  "acl 203.0.113.1 loopback.auto": "false",
  "module_exists": "true",
  "status": "0 session(s) - peak 0, last 5min 0\n1000 session(s) max",
};

/** What it says otherwise than a good one: by command, or `variable NAME`. */
export type Faults = Readonly<Record<string, string>>;

/** A FreeSWITCH that is set up well but for its faults. */
export function soundInstallation(faults: Faults = {}): VirtualFreeSwitch {
  const freeswitch = new VirtualFreeSwitch();
  const now = String(Math.floor(wallClock() / 1000));
  const said: Faults = { ...ANSWERS, strepoch: now, ...faults };
  freeswitch.answers.set("api ", (line) => {
    const command = line.slice("api ".length);
    const name = /^global_getvar (\S+)$/.exec(command)?.[1];
    const variable = faults[`variable ${name}`] ?? VARIABLES[name ?? ""];
    // The client itself asks for the channels.
    if (command === "show channels as json") return apiResponse('{"row_count":0}');
    if (name !== undefined) return apiResponse(variable || "-ERR no reply\n");
    const answer = said[command] ?? said[command.split(" ")[0]];
    return apiResponse(answer ?? "-ERR no reply\n");
  });
  return freeswitch;
}
