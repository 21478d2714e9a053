import { afterAll, describe, expect, test } from "bun:test";
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { IndependentCaller } from "../../support/caller/independent_caller.ts";
import { freePort } from "../../support/free_ports.ts";
import { FreeSwitch, hasFreeSwitch, type Vars } from "../../support/freeswitch.ts";
import { hasProgram, Program } from "../../support/program.ts";
import { speech } from "../../support/speech.ts";
import { wait } from "../../support/wait.ts";
import { hearsItself } from "./likeness.ts";

const USER = `<domain name="127.0.0.1">
  <params>
    <param name="dial-string" value="\${sofia_contact(*/\${dialed_user}@\${dialed_domain})}"/>
  </params>
  <user id="trunkuser"><params><param name="password" value="of-the-trunk"/></params></user>
</domain>
`;

/** A certificate of its own for `folder`, as VPS.md makes one for a try. */
async function certify(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const pair = ["-keyout", join(folder, "key.pem"), "-out", join(folder, "cafile.pem")];
  const what = ["-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"];
  await using openssl = new Program("openssl", ["req", "-x509", ...what, ...pair]);
  expect((await openssl.ended).code).toBe(0);
  const script = `cd ${folder} && cat key.pem cafile.pem > agent.pem`;
  await using join_ = new Program("sh", ["-c", script]);
  expect((await join_.ended).code).toBe(0);
}

function outside(port: number, tlsPort: number, vars: Vars = {}): Vars {
  return {
    outside: "outside",
    outside_ip: "127.0.0.1",
    outside_told_ip: "127.0.0.1",
    outside_port: port,
    outside_tls_port: tlsPort,
    outside_trunks: "127.0.0.0/8",
    outside_dids_to: 9196,
    outside_dids_context: "callers",
    ...vars,
  };
}

/** Puts a shipped example where it works, with `words` in the place of its placeholders. */
async function useTrunk(
  conf: string,
  example: string,
  words: Readonly<Record<string, string>>,
): Promise<void> {
  const folder = join(conf, "outside/sip_profiles/sofia_phone_outside");
  let text = await readFile(join(folder, `${example}.xml.example`), "utf8");
  for (const [from, to] of Object.entries(words)) text = text.replaceAll(from, to);
  await writeFile(join(folder, "trunk.xml"), text);
}

describe.skipIf(!hasFreeSwitch || !hasProgram("openssl"))("a trunk of FreeSWITCH", () => {
  let provider: FreeSwitch;
  let sipPort: number;
  let tlsPort: number;

  afterAll(async () => {
    await provider?.[Symbol.asyncDispose]();
  });

  /** A FreeSWITCH of somebody else, which echoes whatever number is called there. */
  async function startProvider(): Promise<FreeSwitch> {
    if (provider !== undefined) return provider;
    [sipPort, tlsPort] = await Promise.all([freePort(), freePort()]);
    provider = await FreeSwitch.start(outside(sipPort, tlsPort, { outside_tls: "true" }), {
      arrange: async (conf) => {
        await certify(join(conf, "tls"));
        await writeFile(join(conf, "local_directory.xml"), USER);
        await writeFile(join(conf, "local_vars.xml"), `${await vars(conf)}${tlsAt(conf)}`);
      },
    });
    return provider;
  }

  async function vars(conf: string): Promise<string> {
    return await readFile(join(conf, "local_vars.xml"), "utf8");
  }

  function tlsAt(conf: string): string {
    return `<X-PRE-PROCESS cmd="set" data="outside_certificates=${join(conf, "tls")}"/>\n`;
  }

  test("that knows us by our address takes calls of the phone, with TLS and SRTP", async () => {
    const there = await startProvider();
    const ports = await Promise.all([freePort(), freePort()]);
    await using here = await FreeSwitch.start(
      outside(...ports, {
        outside_tls: "true",
        outside_srtp: "mandatory",
        sofia_phone_gateway: "trunk",
      }),
      {
        arrange: async (conf) => {
          await certify(join(conf, "tls"));
          await writeFile(join(conf, "local_vars.xml"), `${await vars(conf)}${tlsAt(conf)}`);
          // Whose certificate is to be believed is said by cafile.pem.
          const trusted = join(there.folder, "conf/tls/cafile.pem");
          await useTrunk(conf, "by_address", {
            "SIP.PROVIDER.EXAMPLE": `127.0.0.1:${tlsPort};transport=tls`,
          });
          await copyFile(trusted, join(conf, "tls/cafile.pem"));
        },
      },
    );
    await using caller = await IndependentCaller.call(here.localPort, "+4930123456");
    const { alike, least } = await hearsItself(caller, speech(2, 3));
    expect(alike).toBeGreaterThan(least);
    const rows = JSON.parse(await here.api("show channels as json")).rows as Record<
      string,
      string
    >[];
    const inbound = rows.find(({ direction }) => direction === "inbound")!;
    const outbound = rows.find(({ direction }) => direction === "outbound")!;
    expect(await here.variable(inbound.uuid, "sip_call_id")).toBe(inbound.uuid);
    expect(await here.variable(outbound.uuid, "rtp_secure_audio_confirmed")).toBe("true");
    expect(await here.variable(outbound.uuid, "rtp_secure_media_negotiated")).toContain(
      "HMAC_SHA1_80",
    );
    expect(await here.variable(outbound.uuid, "rtp_local_sdp_str")).not.toContain("NULL_AUTH");
    expect(await here.variable(outbound.uuid, "sip_full_via")).toContain("SIP/2.0/TLS");
    expect(await caller.bye()).toBe(200);
    await here.hasChannels(0);
  }, 60_000);

  test("that we register with calls us, and its number is told", async () => {
    const there = await startProvider();
    const ports = await Promise.all([freePort(), freePort()]);
    await using here = await FreeSwitch.start(outside(...ports, { outside_dids_to: 7000 }), {
      arrange: (conf) =>
        useTrunk(conf, "registered", {
          'value="USER"': 'value="trunkuser"',
          'value="PASSWORD"': 'value="of-the-trunk"',
          "SIP.PROVIDER.EXAMPLE": `127.0.0.1:${there.callersPort}`,
        }),
    });
    for (let looks = 0; looks < 100; looks++) {
      if ((await here.api("sofia status gateway trunk")).includes("REGED")) break;
      await wait(50);
    }
    expect(await here.api("sofia status gateway trunk")).toContain("REGED");
    // Its calls carry the number that was dialled in the To.
    const trace = await here.trace(async () => {
      const to = "sip_invite_to_uri=<sip:+4930999888@127.0.0.1>";
      const answer = await there.api(`originate {${to}}user/trunkuser@127.0.0.1 &echo`);
      expect(answer).toContain("+OK");
      // Nobody is at 7000, who would have seen it.
      await wait(500);
    });
    expect(trace).toMatch(/^INVITE sip:7000@/m);
    expect(trace).toMatch(/^X-Sofia-Did: \+4930999888\s*$/m);
  }, 60_000);

  test("may call; others may not, and numbers that may not be called are not found", async () => {
    const ports = await Promise.all([freePort(), freePort()]);
    await using here = await FreeSwitch.start(
      outside(...ports, { outside_trunks: "192.0.2.1/32", sofia_phone_gateway: "trunk" }),
    );
    await using stranger = await IndependentCaller.open(ports[0], "+4930123456");
    expect((await stranger.invite()).status).toBe(403);
    for (const number of ["110", "00900123456", "sofia_phone_after"]) {
      await using phone = await IndependentCaller.open(here.localPort, number);
      expect((await phone.invite()).status).toBe(404);
    }
  }, 60_000);
});
