import { describe, expect, test } from "bun:test";
import { diagnose } from "../../../src/cli/doctor/diagnose.ts";
import { readDoctorOptions } from "../../../src/cli/doctor/doctor_options.ts";
import type { Finding } from "../../../src/cli/doctor/finding.ts";
import { SystemClock } from "../../../src/clock/mod.ts";
import { freePort } from "../../support/free_ports.ts";
import { commandReply, ScriptedEsl } from "../../support/scripted_esl.ts";
import type { VirtualFreeSwitch } from "../../support/virtual_freeswitch.ts";
import { ANSWERS, type Faults, soundInstallation } from "./sound_installation.ts";

const PASSWORD = { SOFIA_PHONE_ESL_PASSWORD: "of-our-own" };

async function look(freeswitch: VirtualFreeSwitch, ...args: string[]): Promise<Finding[]> {
  const options = readDoctorOptions(["--no-calls", ...args], PASSWORD);
  const { openSocket } = freeswitch;
  return await Array.fromAsync(diagnose({ ...options, clock: new SystemClock(), openSocket }));
}

/** What is not ok, in a word and its sentence. */
function faultsIn(findings: readonly Finding[]): string[] {
  return findings.filter(({ state }) => state === "failed" || state === "warning")
    .map(({ what, state, found }) => `${state} ${what}: ${found}`);
}

const EVENT_SOCKET = "xml_locate configuration configuration name event_socket.conf";
const SWITCH = "xml_locate configuration configuration name switch.conf";

function event(settings: Readonly<Record<string, string>>): Faults {
  const lines = Object.entries(settings).map(([name, value]) =>
    `<param name="${name}" value="${value}"></param>`
  );
  return { [EVENT_SOCKET]: lines.join("\n") };
}

describe("diagnose, of a FreeSWITCH in memory", () => {
  test("finds nothing where all is well", async () => {
    const findings = await look(soundInstallation());
    expect(faultsIn(findings)).toEqual([]);
    expect(findings.filter(({ state }) => state === "ok").length).toBeGreaterThan(10);
    expect(findings.at(-1)?.state).toBe("skipped");
  });

  test.each<[string, Faults, string]>([
    [
      "the password that everybody knows",
      event({ "listen-ip": "127.0.0.1", password: "ClueCon" }),
      "failed event socket: its password is ClueCon, which everybody knows",
    ],
    [
      "an event socket for all",
      event({ "listen-ip": "::", password: "x" }),
      "failed event socket: it listens on :: and no list says who may connect",
    ],
    [
      "an event socket for some",
      event({ "listen-ip": "0.0.0.0", password: "x", "apply-inbound-acl": "lan" }),
      "warning event socket: it listens on 0.0.0.0; the list lan says who may connect",
    ],
    ["an old version", { "version short": "1.8.7" }, "failed version: it is 1.8.7"],
    [
      "a missing module",
      { "module_exists mod_expr": "false" },
      "failed modules: not loaded: mod_expr",
    ],
    [
      "no voicemail for a mailbox",
      { "variable sofia_phone_mailbox": "default x 1000", "module_exists mod_voicemail": "false" },
      "failed modules: not loaded: mod_voicemail",
    ],
    [
      "no stream for the music",
      {
        "variable sofia_phone_music": "local_stream://moh",
        "module_exists mod_local_stream": "false",
      },
      "failed modules: not loaded: mod_local_stream",
    ],
    [
      "no profile",
      { "sofia xmlstatus profile sofia_phone": "Invalid Profile!" },
      "failed profile: sofia_phone is not running",
    ],
    [
      "no codec of ours",
      { "variable sofia_phone_codecs": "G729" },
      "failed codecs: none that we speak is offered: G729",
    ],
    [
      "a codec that the profile does not have",
      {
        "sofia xmlstatus profile sofia_phone":
          "<sip-ip>127.0.0.1</sip-ip><outbound-codecs>PCMA</outbound-codecs>",
      },
      "failed codecs: the profile does not know PCMU",
    ],
    [
      "a list that lets all in",
      { "acl 203.0.113.1 loopback.auto": "true" },
      "failed who may call: the list loopback.auto lets anybody call out",
    ],
    [
      "a trunk that is down",
      {
        "sofia xmlstatus gateway":
          "<gateways><gateway>\n<name>trunk</name>\n<state>FAIL_WAIT</state>\n<status>DOWN</status>\n</gateway></gateways>",
      },
      "failed gateway: trunk: FAIL_WAIT, DOWN",
    ],
    [
      "ports that overlap",
      { [SWITCH]: '<param name="rtp-start-port" value="12000"></param>' },
      "failed RTP ports: FreeSWITCH 12000-32768 and the phone 10000-14999 overlap",
    ],
    [
      "few ports",
      {
        [SWITCH]:
          '<param name="rtp-start-port" value="16384"></param><param name="rtp-end-port" value="16403"></param>',
      },
      "warning RTP ports: FreeSWITCH 16384-16403 is enough for 5 calls, and its sessions for 500",
    ],
    [
      "no extension",
      { "xml_locate dialplan": '<context name="default"></context>' },
      "failed dialplan: no context has the extension sofia_phone",
    ],
    [
      "half of our extensions",
      {
        "xml_locate dialplan":
          '<context name="default"><extension name="sofia_phone"><condition field="destination_number" expression="^7"></condition></extension></context>',
      },
      "failed dialplan: the context default has no extension sofia_phone_arriving, sofia_phone_after, sofia_phone_fallback",
    ],
    [
      "a phone that is looked for elsewhere",
      { "variable sofia_phone_port": "5060" },
      "failed variables: FreeSWITCH looks for the phone at 127.0.0.1:5060, and it is at 127.0.0.1:5070",
    ],
    [
      "another time of day",
      { strepoch: String(Math.floor(Date.now() / 1000) + 3600) },
      "warning clock: the times of day are 3600 s apart",
    ],
  ])("finds %s, and says what to do", async (_, faults, expected) => {
    const findings = await look(soundInstallation(faults));
    const found = faultsIn(findings);
    // The seconds of an hour may be fewer by the time they are looked at.
    expect(found.map((line) => line.replace(/\b359\d\b/, "3600"))).toEqual([expected]);
    const { fix = "" } = findings.find(({ state }) => state !== "ok" && state !== "skipped")!;
    expect(fix.length).toBeGreaterThan(10);
  });

  test("finds a number that is not ours, and a context that is not there", async () => {
    expect(faultsIn(await look(soundInstallation(), "--number", "8000"))).toEqual([
      "failed dialplan: 8000 is not one of ^7\\d\\d\\d$",
    ]);
    expect(faultsIn(await look(soundInstallation(), "--context", "public"))).toEqual([
      "failed dialplan: there is no context public",
    ]);
  });

  test("leaves an expression that only PCRE understands to the call", async () => {
    const answer = ANSWERS["xml_locate dialplan"];
    const faults = { "xml_locate dialplan": answer.replace("^7\\d\\d\\d$", () => "^7\\d++$") };
    expect(faultsIn(await look(soundInstallation(faults)))).toEqual([]);
  });

  test("does not stop at a first fault", async () => {
    const faults = { "version short": "1.6.20", "module_exists mod_expr": "false" };
    expect(faultsIn(await look(soundInstallation(faults)))).toHaveLength(2);
  });
});

describe("diagnose, of a FreeSWITCH that does not let us in", () => {
  async function lookAt(port: number, password = "of-our-own"): Promise<Finding[]> {
    const options = readDoctorOptions(["--esl-port", String(port)], {
      SOFIA_PHONE_ESL_PASSWORD: password,
    });
    return await Array.fromAsync(diagnose({ ...options, clock: new SystemClock() }));
  }

  test("says that no password is known", async () => {
    const [{ found }] = await lookAt(1, "");
    expect(found).toBe("no password is known");
  });

  test("says that nothing listens", async () => {
    const port = await freePort();
    const findings = await lookAt(port);
    expect(findings.map(({ found }) => found)).toEqual([`nothing listens at 127.0.0.1:${port}`]);
  });

  test("says that the password is wrong", async () => {
    await using freeswitch = await ScriptedEsl.listen(async (peer) => {
      peer.write("Content-Type: auth/request\n\n");
      await peer.expect("auth ", commandReply("-ERR invalid"));
      peer.end();
    });
    const [{ found }] = await lookAt(freeswitch.port);
    expect(found).toContain("does not take the password");
  });

  test("says that our address is not on the list", async () => {
    await using freeswitch = await ScriptedEsl.listen((peer) => {
      const body = "Access Denied, go away.\n";
      peer.write(`Content-Type: text/rude-rejection\nContent-Length: ${body.length}\n\n${body}`);
      peer.end();
      return Promise.resolve();
    });
    const [{ found, fix }] = await lookAt(freeswitch.port);
    expect(found).toContain("takes no connection from this address");
    expect(fix).toContain("apply-inbound-acl");
  });

  test("says that something else is there", async () => {
    await using something = await ScriptedEsl.listen((peer) => {
      peer.end();
      return Promise.resolve();
    });
    const findings = await lookAt(something.port);
    expect(findings.map(({ state }) => state)).toEqual(["failed"]);
  });
});
