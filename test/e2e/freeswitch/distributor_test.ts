import { existsSync } from "node:fs";
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import process from "node:process";
import { afterEach, describe, expect, test } from "bun:test";
import { IndependentCaller } from "../../support/caller/independent_caller.ts";
import { FreeSwitch, FREESWITCH_BIN, hasFreeSwitch } from "../../support/freeswitch.ts";
import { PhoneProcess } from "../../support/phone_process.ts";
import { ROOT } from "../../support/source_files.ts";
import { wait } from "../../support/wait.ts";

/** Where mod_distributor is: not every build of FreeSWITCH has it. */
const MODULES = process.env.FREESWITCH_DISTRIBUTOR ??
  join(dirname(dirname(FREESWITCH_BIN)), "mod");
const isMissing = !hasFreeSwitch || !existsSync(join(MODULES, "mod_distributor.so"));
if (hasFreeSwitch && isMissing) {
  process.stdout.write("skipped: this FreeSWITCH has no mod_distributor\n");
}

const cleanUps: (() => PromiseLike<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

function keep<T extends AsyncDisposable>(thing: T): T {
  cleanUps.push(() => thing[Symbol.asyncDispose]());
  return thing;
}

/** Puts the files of freeswitch/distributor to where they say that they go, with these phones in them. */
async function arrange(conf: string, ports: readonly number[]): Promise<void> {
  const shipped = `${ROOT}freeswitch/distributor`;
  const edit = async (path: string, from: string, to: string) => {
    const text = await readFile(join(conf, path), "utf8");
    expect(text).toContain(from);
    await writeFile(join(conf, path), text.replace(from, to));
  };
  await copyFile(join(shipped, "distributor.conf.xml"), join(conf, "local_configuration.xml"));
  await writeFile(
    join(conf, "local_modules.xml"),
    `<load module="mod_distributor" path="${MODULES}"/>\n`,
  );
  await mkdir(join(conf, "sip_profiles/sofia_phone"));
  const phones = await readFile(join(shipped, "phones.xml"), "utf8");
  const line = /<gateways>[^]*<\/gateways>/.exec(
    await readFile(join(shipped, "README.md"), "utf8"),
  )![0];
  await writeFile(
    join(conf, "sip_profiles/sofia_phone/phones.xml"),
    phones.replace(":5070", `:${ports[0]}`).replace(":5170", `:${ports[1]}`),
  );
  await edit("sip_profiles/sofia_phone.xml", "<settings>", `${line}\n<settings>`);
  await copyFile(
    join(shipped, "dialplan.xml"),
    join(conf, "dialplan/default/00_sofia_phone_distributor.xml"),
  );
  const include = '<X-PRE-PROCESS cmd="include" data="dialplan/default/sofia_phone.xml"/>';
  await edit("freeswitch.xml", include, include.replace("sofia_phone.xml", "*.xml"));
}

describe.skipIf(isMissing)("FreeSWITCH's distributor", () => {
  test(
    "gives calls to two phones in turn, and finds out that one of them was killed",
    async () => {
      const phones = await Promise.all([0, 1].map(() => PhoneProcess.start({ maxCalls: 50 })));
      for (const phone of phones) keep(phone);
      const ports = phones.map(({ port }) => port);
      const freeswitch = keep(
        await FreeSwitch.start({}, { arrange: (conf) => arrange(conf, ports) }),
      );
      const place = async () => {
        const began = performance.now();
        const caller = keep(await IndependentCaller.call(freeswitch.callersPort, "7000"));
        return { caller, tookMs: Math.round(performance.now() - began) };
      };
      const before = await Promise.all(Array.from({ length: 10 }, place));
      // Each call was for one of them, and had the other one to go to.
      const bridges = /EXECUTE.*sofia\/gateway\/(\w+)\/7000\|sofia\/gateway\/([\w-]+)\/7000/g;
      const plans = [...(await freeswitch.log()).matchAll(bridges)].map(([, ...names]) => names);
      const first = plans.map(([name]) => name).sort();
      expect(first).toEqual([..."1".repeat(5), ..."2".repeat(5)].map((n) => `sofia_phone_${n}`));
      for (const [name, other] of plans) expect(name).not.toBe(other);
      for (const { caller } of before) expect(await caller.bye()).toBe(200);
      // Until each has answered twice.
      await wait(15_000);
      phones[0].program.kill("SIGKILL");
      const times: number[] = [];
      for (let n = 0; n < 12; n++) {
        const { caller, tookMs } = await place();
        // The caller is answered when the phone has answered, and hears no music.
        times.push(tookMs);
        expect(await caller.bye()).toBe(200);
        await wait(500);
      }
      // deno-lint-ignore no-console -- what a failure costs is measured here, and written down elsewhere
      console.log(`killed: calls were answered after ${times.join(" ")} ms`);
      let down = "";
      for (let left = 120; left > 0 && down !== "sofia_phone_1"; left--) {
        down = await freeswitch.api("sofia profile sofia_phone gwlist down");
        await wait(250);
      }
      expect(down).toBe("sofia_phone_1");
      const last = await place();
      const asked = [...(await freeswitch.log()).matchAll(bridges)].at(-1)!;
      expect(asked[1]).toBe("sofia_phone_2");
      expect(await last.caller.bye()).toBe(200);
    },
    60_000,
  );
});
