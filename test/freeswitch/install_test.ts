import { describe, expect, test } from "bun:test";
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { FREESWITCH_BIN } from "../support/freeswitch.ts";
import { Program } from "../support/program.ts";
import { ROOT } from "../support/source_files.ts";

const MODULES = [
  ...["commands", "dialplan_xml", "dptools", "event_socket", "expr", "sofia", "tone_stream"],
].map((name) => `mod_${name}`);

/** What FreeSWITCH comes with, as far as the script looks at it. */
const VANILLA: Readonly<Record<string, string>> = {
  "vars.xml": `<include>
  <X-PRE-PROCESS cmd="set" data="default_password=1234"/>
</include>
`,
  "freeswitch.xml": "<document/>\n",
  "autoload_configs/event_socket.conf.xml":
    `<configuration name="event_socket.conf" description="Socket Client">
  <settings>
    <param name="listen-ip" value="::"/>
    <param name="password" value="ClueCon"/>
    <!--<param name="apply-inbound-acl" value="loopback.auto"/>-->
  </settings>
</configuration>
`,
  "autoload_configs/modules.conf.xml": MODULES.map((name) => `<load module="${name}"/>\n`).join(""),
  "autoload_configs/switch.conf.xml": `<settings>
    <!-- <param name="rtp-start-port" value="10000"/> -->
  </settings>
`,
};

/** A folder that looks like an installation to the script; the real one's copy where there is one. */
class Installation implements AsyncDisposable {
  readonly folder: string;
  readonly conf: string;

  private constructor(folder: string) {
    this.folder = folder;
    this.conf = join(folder, "conf");
  }

  static async make(isReal: boolean): Promise<Installation> {
    const one = new Installation(await mkdtemp(join(tmpdir(), "sofia-phone-install-")));
    const prefix = join(dirname(FREESWITCH_BIN), "..");
    if (isReal) await cp(join(prefix, "conf"), one.conf, { recursive: true });
    else for (const [path, text] of Object.entries(VANILLA)) await one.write(`conf/${path}`, text);
    if (isReal) await cp(join(prefix, "mod"), join(one.folder, "mod"), { recursive: true });
    else for (const name of MODULES) await one.write(`mod/${name}.so`, "");
    const version = "FreeSWITCH version: 1.10.12-release~64bit (64bit)";
    await one.write("bin/freeswitch", `#!/bin/sh\necho '${version}'\n`);
    await chmod(join(one.folder, "bin/freeswitch"), 0o755);
    return one;
  }

  async write(path: string, text: string): Promise<void> {
    await mkdir(dirname(join(this.folder, path)), { recursive: true });
    await writeFile(join(this.folder, path), text);
  }

  read(path: string): Promise<string> {
    return readFile(join(this.folder, path), "utf8");
  }

  async run(...args: string[]): Promise<{ text: string; code: number | null }> {
    const places = ["--conf", this.conf, "--bin", join(this.folder, "bin/freeswitch")];
    const all = [...args, ...places, "--modules", join(this.folder, "mod")];
    await using program = new Program(`${ROOT}freeswitch/install.sh`, all);
    const { code } = await program.ended;
    return { text: program.stdout + program.stderr, code };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

const KINDS: [string, boolean][] = [["like vanilla", false]];
if (FREESWITCH_BIN !== "") KINDS.push(["of a real FreeSWITCH", true]);

for (const [kind, isReal] of KINDS) {
  describe(`install.sh, with a configuration ${kind}`, () => {
    test("finds all that is wrong before, puts it right, and finds nothing after", async () => {
      await using one = await Installation.make(isReal);
      const before = await one.run("--check");
      expect(before.code).toBe(1);
      expect(before.text).toContain("8 to fix");
      const put = await one.run("--files", "--outside");
      expect([put.code, put.text.includes("password in")]).toEqual([0, true]);
      const after = await one.run("--check");
      expect([after.code, after.text.includes("FAIL")]).toEqual([0, false]);
      const socket = await one.read("conf/autoload_configs/event_socket.conf.xml");
      expect(socket).toMatch(/"password" value="[0-9a-f]{32}"/);
      expect(socket).toContain('<param name="listen-ip" value="127.0.0.1"/>');
      const kept = await one.read("conf/autoload_configs/event_socket.conf.xml.before-sofia-phone");
      expect(kept).toContain("ClueCon");
    }, 30_000);

    test("changes nothing the second time, and never your variables", async () => {
      await using one = await Installation.make(isReal);
      await one.run("--files");
      const mine = (await one.read("conf/sofia_phone_vars.xml")).replace("=5070", "=5090");
      await one.write("conf/sofia_phone_vars.xml", mine);
      const vars = await one.read("conf/vars.xml");
      const { text, code } = await one.run("--files");
      expect([code, text.trim().split("\n").length]).toEqual([0, 1]);
      expect(await one.read("conf/sofia_phone_vars.xml")).toBe(mine);
      expect(await one.read("conf/vars.xml")).toBe(vars);
    }, 30_000);

    test.each<[string, (one: Installation) => Promise<void>, RegExp]>([
      ["a missing module", (one) => rm(join(one.folder, "mod/mod_expr.so")), /installed: mod_expr/],
      [
        "a module that is not loaded",
        async (one) => {
          const path = "conf/autoload_configs/modules.conf.xml";
          const text = await one.read(path);
          await one.write(path, text.replace('<load module="mod_expr"/>', ""));
        },
        /not loaded at the start: mod_expr/,
      ],
      [
        "a file that is no XML",
        (one) => one.write("conf/dialplan/default/sofia_phone.xml", "<include>\n"),
        /sofia_phone.xml is not XML/,
      ],
      [
        "an include in a comment",
        async (one) => {
          const text = await one.read("conf/vars.xml");
          const line = '<X-PRE-PROCESS cmd="include" data="sofia_phone_vars.xml"/>';
          await one.write("conf/vars.xml", text.replace(line, `<!--\n${line}\n-->`));
        },
        /vars.xml does not include/,
      ],
      [
        "variables from before an update",
        async (one) => {
          const text = await one.read("conf/sofia_phone_vars.xml");
          await one.write("conf/sofia_phone_vars.xml", text.replace(/.*sofia_phone_pause=.*/, ""));
        },
        /does not set: sofia_phone_pause/,
      ],
      [
        "ports that overlap",
        (one) =>
          one.write(
            "conf/autoload_configs/switch.conf.xml",
            '<param name="rtp-start-port" value="12000"/>\n',
          ),
        /\(12000-32768\) and of sofia-phone \(10000-14999\) overlap/,
      ],
      [
        "an old FreeSWITCH",
        (one) => one.write("bin/freeswitch", "#!/bin/sh\necho 'FreeSWITCH version: 1.8.7 x'\n"),
        /FreeSWITCH is 1\.8\.7/,
      ],
      ["no program", (one) => rm(join(one.folder, "bin/freeswitch")), /FreeSWITCH is not here/],
    ])("finds %s", async (_, spoil, found) => {
      await using one = await Installation.make(isReal);
      await one.run("--files");
      await spoil(one);
      const { text, code } = await one.run("--check");
      expect(text).toMatch(found);
      expect(text).toContain("1 to fix");
      expect(code).toBe(1);
    }, 30_000);

    test("says what it does not know", async () => {
      await using one = await Installation.make(isReal);
      const { text, code } = await one.run("--chekc");
      expect([code, text.includes("--chekc is not an option")]).toEqual([1, true]);
    }, 30_000);
  });
}
