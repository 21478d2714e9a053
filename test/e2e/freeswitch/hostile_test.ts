import { afterAll, describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { CallRefusedError } from "../../../src/call/mod.ts";
import { SystemRandom } from "../../../src/clock/mod.ts";
import { createApp } from "../../../src/http/mod.ts";
import { IndependentCaller } from "../../support/caller/independent_caller.ts";
import { hasFreeSwitch } from "../../support/freeswitch.ts";
import { eventually, wait } from "../../support/wait.ts";
import { ControlScene } from "./control_scene.ts";

describe.skipIf(!hasFreeSwitch)("text that means something to FreeSWITCH", () => {
  /** Started by the first test: what comes before all has less time than a busy machine takes. */
  let scene: ControlScene;

  afterAll(async () => {
    await scene?.[Symbol.asyncDispose]();
  });

  async function start(): Promise<ControlScene> {
    scene ??= await ControlScene.start();
    scene.onCall = (leg) => leg.refuse("486 Busy Here");
    return scene;
  }

  /** What is there as soon as FreeSWITCH has run a program. */
  function marker(): string {
    return join(scene.freeswitch.folder, "temp", "a-program-ran");
  }

  /** A program may take a moment. */
  async function ran(): Promise<boolean> {
    await wait(500);
    return existsSync(marker());
  }

  test("is refused as the target of a transfer, and the answer says what is allowed", async () => {
    const { phone, freeswitch, human } = await start();
    const app = createApp(phone, { random: new SystemRandom() });
    const { caller, call } = await scene.call();
    await using _ = caller;
    const run = `system touch ${marker()}`;
    const [address, stranger] = [scene.address("a"), scene.address("b")];
    const sofia = `sofia/callers/${address}`;
    const targets = [
      `{api_on_answer='${run}'}${sofia}`,
      `{api_on_originate='${run}'}${sofia}`,
      `[origination_caller_id_number=110]${sofia}`,
      `<x=y>${sofia}`,
      `{^^:x=y:z=1}${sofia}`,
      `^^:${sofia}:sofia/callers/${stranger}`,
      `${sofia},sofia/callers/${stranger}`,
      `${sofia}|sofia/callers/${stranger}`,
      `${sofia}:_:sofia/callers/${stranger}`,
      `${sofia} &system(touch ${marker()})`,
      `${sofia}&system(${run})`,
      `\${${run}}`,
      `user/\${system(touch ${marker()})}`,
      `8\${${run}}`,
      `'${sofia}'`,
      `"${sofia}"`,
      `${sofia}\\`,
      `1001\n\napi ${run}`,
      `1001\r\n\r\nbgapi ${run}`,
      `loopback/app=system:touch ${marker()}`,
      `loopback/app=system:touch%20${marker()}`,
      `loopback/system:x/default/inline`,
      `group/all@\${${run}}`,
      `error/user_busy`,
      `null/x`,
      `${address}?X-Evil=1%0d%0aX-More:2`,
      `\u202e${address}`,
      `1001\u2028`,
      "1".repeat(257),
    ];
    for (const to of targets) {
      const answer = await app.request(`/calls/${call.id}/transfer`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ to, timeoutMs: 2000 }),
      });
      expect(`${to.slice(0, 60)} ${answer.status}`).toMatch(/ 4(00|09)$/);
      expect(await answer.text()).toMatch(/one number, SIP address or dial string|<=256/);
    }
    expect([call.state, await freeswitch.channels()]).toEqual(["live", 2]);
    expect(human.legs).toEqual([]);
    expect(await ran()).toBe(false);
    await caller.bye();
    await freeswitch.hasChannels(0);
  }, 60_000);

  test("is called as the user of an address, and adds nothing to the invitation", async () => {
    await start();
    const { caller, call } = await scene.call();
    await using _ = caller;
    for (const user of ["x%0d%0aX-Evil:%201", "x%22%3Ey", "%00", "x!y~", "[x=y]", "a&park"]) {
      expect((await call.transfer(scene.address(user), { timeoutMs: 5000 })).outcome).toBe("busy");
      const { invite } = await scene.human.next();
      expect(invite.startLine).toMatch(/^INVITE sip:[^\s<>"]+@127\.0\.0\.1:\d+ SIP\/2\.0$/);
      expect(invite.header("X-Evil")).toEqual([]);
    }
    expect(call.state).toBe("live");
    await caller.bye();
    await scene.freeswitch.hasChannels(0);
  }, 60_000);

  test("is no number of ours with a line end behind it", async () => {
    const { freeswitch, phone } = await start();
    for (const number of ["7000%0a", "7000%0d%0a", "%0a7000"]) {
      await using caller = await IndependentCaller.open(freeswitch.callersPort, number);
      expect((await caller.invite()).status).toBe(404);
    }
    expect(phone.calls).toEqual([]);
    const refused = async (user: string) => {
      const address = `sip:${user}@127.0.0.1:${freeswitch.localPort}`;
      const error = await phone.call(address).catch((error) => error);
      expect(error).toBeInstanceOf(CallRefusedError);
      return (error as CallRefusedError).outcome;
    };
    // The one is looked for among the phones that are registered, the others are not.
    expect(await refused("1000")).not.toBe("not-found");
    expect(await refused("1000%0a")).toBe("not-found");
    expect(await refused("4930123456%0a")).toBe("not-found");
    await freeswitch.hasChannels(0);
  }, 60_000);

  test("in a name, a number or a field of a caller runs nothing, and goes nowhere", async () => {
    const { freeswitch } = await start();
    const run = `system touch ${marker()}`;
    const fields = {
      "X-Note": `\${${run}}`,
      "X-Sofia-Gateway": `\${${run}}`,
      "P-Note": `$\\{${run}}`,
    };
    const names = [`"\${${run}}" <sip:caller@x>`, `"x" <sip:$%7B${encodeURIComponent(run)}%7D@x>`];
    for (const from of names) {
      await using caller = await IndependentCaller.open(
        ...[freeswitch.callersPort, "7000", fields, from] as const,
      );
      expect((await caller.invite()).status).toBe(200);
      await eventually("the call", () => scene.phone.calls.some(({ state }) => state === "live"));
      const call = scene.phone.calls.find(({ state }) => state === "live")!;
      expect(await call.variable("sip_h_X-Note")).toBe(undefined);
      expect((await call.transfer(scene.address(), { timeoutMs: 5000 })).outcome).toBe("busy");
      expect((await scene.human.next()).invite.header("From")[0]).not.toContain("${");
      await caller.bye();
      await freeswitch.hasChannels(0);
    }
    expect(await ran()).toBe(false);
  }, 60_000);

  test(
    "is no value of a variable where a dialplan would run it, and is one as it is else",
    async () => {
      const { freeswitch } = await start();
      const { caller, call } = await scene.call();
      await using _ = caller;
      const use = () => freeswitch.api(`uuid_broadcast ${call.id} set::copy=\${note} aleg`);
      const run = `system touch ${marker()}`;
      for (const note of [`\${${run}}`, `$\${${run}}`, `$\\{${run}}`, `a\n\napi ${run}`]) {
        const error = await call.setVariable("note", note).catch((error) => error);
        expect(String(error)).toMatch(/^TypeError: Cannot .* the variable note as/);
      }
      for (const note of ["costs $5 {net}", "{api_on_answer=x}", "^^:a:b", "&system(x)", "$(id)"]) {
        await call.setVariable("note", note);
        await use();
        let copy: string | undefined;
        for (let looks = 0; looks < 100 && copy !== note; looks++) {
          await wait(20);
          copy = await call.variable("copy");
        }
        expect(copy).toBe(note);
      }
      expect(await ran()).toBe(false);
      // What would have been seen otherwise.
      await freeswitch.api(`uuid_setvar ${call.id} note \${${run}}`);
      await use();
      await eventually("the program", () => existsSync(marker()));
      await caller.bye();
      await freeswitch.hasChannels(0);
    },
    60_000,
  );
});
