import { afterAll, describe, expect, test } from "bun:test";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { IndependentCaller } from "../../support/caller/independent_caller.ts";
import { bindUdp, claimPorts, closeUdp, freePort } from "../../support/free_ports.ts";
import { FreeSwitch, hasFreeSwitch, PASSWORD } from "../../support/freeswitch.ts";
import { phoneCommand, PhoneProcess, RUNTIME } from "../../support/phone_process.ts";
import { Program } from "../../support/program.ts";

/** Puts something else in a file of the configuration. */
async function change(path: string, from: string, to: string): Promise<void> {
  const text = await readFile(path, "utf8");
  expect(text).toContain(from);
  await writeFile(path, text.replace(from, to));
}

describe.skipIf(!hasFreeSwitch)("sofia-phone doctor", () => {
  /** Started by the first test: what comes before all has less time than a busy machine takes. */
  let freeswitch: FreeSwitch;

  afterAll(async () => {
    await freeswitch?.[Symbol.asyncDispose]();
  });

  /** What it prints about `there`, and its exit code. */
  async function doctor(
    there: FreeSwitch,
    args: readonly string[] = [],
    password = PASSWORD,
  ): Promise<{ text: string; code: number | null }> {
    await using rtp = await claimPorts(20);
    const flags = [
      ["doctor", "--esl-port", String(there.eventPort)],
      ["--sip-port", String(there.phonePort)],
      ["--rtp-start-port", String(rtp.start), "--rtp-end-port", String(rtp.end)],
      args,
    ].flat();
    const env = { SOFIA_PHONE_ESL_PASSWORD: password };
    await using program = new Program(...phoneCommand(RUNTIME, flags), { env });
    const { code } = await program.ended;
    expect(program.stderr).toBe("");
    return { text: program.stdout, code };
  }

  test("hears its tones on the line and through a stand-in where no phone runs", async () => {
    freeswitch ??= await FreeSwitch.start();
    const { text, code } = await doctor(freeswitch);
    expect(text).toMatch(/ok +line .* tones come back after \d+ ms/);
    expect(text).toMatch(/ok +call +a stand-in .* tones come back after \d+ ms/);
    expect(text).toContain(" 0 to fix, 0 skipped");
    expect(code).toBe(0);
    await freeswitch.hasChannels(0);
  }, 60_000);

  test("hears them through the phone that runs", async () => {
    freeswitch ??= await FreeSwitch.start();
    const program = new Program(
      ...phoneCommand(RUNTIME, [
        ...["--backend", "loopback", "--sip-port", String(freeswitch.phonePort)],
        ...["--detector", "fvad", "--http-port", "off", "--max-lateness-ms", "off"],
      ]),
    );
    await using _ = program;
    await program.says(/^ready: dial/m, 20_000);
    const { text, code } = await doctor(freeswitch);
    expect(text).toMatch(/ok +call +the phone answers at .* tones come back/);
    expect(code).toBe(0);
  }, 60_000);

  test("says what has the phone's port and does not answer", async () => {
    freeswitch ??= await FreeSwitch.start();
    const mute = await bindUdp(freeswitch.phonePort);
    try {
      const { text, code } = await doctor(freeswitch);
      expect(text).toMatch(/FAIL +call +something is at .* and does not answer/);
      expect(code).toBe(1);
    } finally {
      await closeUdp(mute);
    }
  }, 60_000);

  test("says that the phone is full", async () => {
    freeswitch ??= await FreeSwitch.start();
    await using phone = await PhoneProcess.start({ maxCalls: 1, backend: "loopback" });
    await freeswitch.configure({ sofia_phone_port: phone.port });
    await using caller = await IndependentCaller.call(phone.port);
    const { text } = await doctor(freeswitch, ["--sip-port", String(phone.port)]);
    expect(text).toMatch(/FAIL +call +the phone at .* is full/);
    expect(await caller.bye()).toBe(200);
    await freeswitch.configure({});
  }, 60_000);

  test("says that the phone takes no calls, as it is about to stop", async () => {
    freeswitch ??= await FreeSwitch.start();
    await using phone = await PhoneProcess.start({ backend: "loopback" });
    await freeswitch.configure({ sofia_phone_port: phone.port });
    await using caller = await IndependentCaller.call(phone.port);
    const stopping = phone.stop(30_000);
    const { text } = await doctor(freeswitch, ["--sip-port", String(phone.port)]);
    expect(text).toMatch(/FAIL +call +the phone at .* takes no calls now/);
    expect(await caller.bye()).toBe(200);
    await stopping;
    await freeswitch.configure({});
  }, 60_000);

  test("says that a module is missing, a codec, and that the number is not ours", async () => {
    freeswitch ??= await FreeSwitch.start();
    await freeswitch.api("unload mod_expr");
    await freeswitch.configure({ sofia_phone_codecs: "GSM", sofia_phone_numbers: "^8$" });
    const { text, code } = await doctor(freeswitch);
    expect(text).toMatch(/FAIL +modules +not loaded: mod_expr/);
    expect(text).toMatch(/FAIL +codecs +none that we speak is offered: GSM/);
    expect(text).toMatch(/FAIL +dialplan +7000 is not one of \^8\$/);
    expect(code).toBe(1);
    await freeswitch.api("load mod_expr");
    await freeswitch.configure({});
  }, 60_000);

  test("says that the profile is not there", async () => {
    await using without = await FreeSwitch.start({}, {
      arrange: async (conf) => {
        const profile = join(conf, "sip_profiles/sofia_phone.xml");
        await change(profile, '<profile name="sofia_phone">', '<profile name="another">');
      },
    });
    const { text, code } = await doctor(without);
    expect(text).toMatch(/FAIL +profile +sofia_phone is not running/);
    expect(code).toBe(1);
  }, 60_000);

  test("says that a password is wrong, and that nobody is there", async () => {
    freeswitch ??= await FreeSwitch.start();
    const { text, code } = await doctor(freeswitch, [], "not-this-one");
    expect(text).toContain("does not take the password");
    expect(code).toBe(1);
    const nowhere = ["--esl-port", String(await freePort())];
    expect((await doctor(freeswitch, nowhere)).text).toContain("nothing listens at");
  }, 60_000);

  test("says that an event socket is open, and which trunk is down", async () => {
    const [sip, tls, nobody] = await Promise.all([freePort(), freePort(), freePort()]);
    await using open = await FreeSwitch.start({
      outside: "outside",
      outside_ip: "127.0.0.1",
      outside_told_ip: "127.0.0.1",
      outside_port: sip,
      outside_tls_port: tls,
      event_socket_ip: "0.0.0.0",
    }, {
      arrange: async (conf) => {
        const settings = join(conf, "standalone/event_socket_settings.xml");
        await change(settings, '<param name="apply-inbound-acl" value="loopback.auto"/>', "");
        const folder = join(conf, "outside/sip_profiles/sofia_phone_outside");
        const example = await readFile(join(folder, "registered.xml.example"), "utf8");
        const trunk = example.replaceAll("SIP.PROVIDER.EXAMPLE", `127.0.0.1:${nobody}`);
        await writeFile(join(folder, "trunk.xml"), trunk);
      },
    });
    const { text, code } = await doctor(open, ["--no-calls"]);
    expect(text).toMatch(/FAIL +event socket it listens on 0\.0\.0\.0 and no list says who/);
    expect(text).toMatch(/FAIL +gateway +trunk: /);
    expect(code).toBe(1);
  }, 60_000);

  test("says that the dialplan is not whole", async () => {
    await using half = await FreeSwitch.start({}, {
      arrange: async (conf) => {
        const plan = join(conf, "dialplan/default/sofia_phone.xml");
        await change(plan, '<extension name="sofia_phone_after">', '<extension name="another">');
      },
    });
    expect((await doctor(half)).text).toMatch(
      /FAIL +dialplan +the context callers has no extension sofia_phone_after/,
    );
  }, 60_000);
});
