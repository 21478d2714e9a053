import { afterEach, describe, expect, test } from "bun:test";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { IndependentCaller } from "../../support/caller/independent_caller.ts";
import { claimPorts, freePort } from "../../support/free_ports.ts";
import { FreeSwitch, hasFreeSwitch, PASSWORD } from "../../support/freeswitch.ts";
import { Kamailio } from "../../support/kamailio.ts";
import { lacks } from "../../support/needs.ts";
import { RUNTIME } from "../../support/phone_process.ts";
import { Program } from "../../support/program.ts";
import { RedisServer } from "../../support/redis_server.ts";
import { eventually, wait } from "../../support/wait.ts";
import { askQuestions, Phone, soundsOf } from "./survival_scene.ts";

const isMissing = !hasFreeSwitch || lacks("kamailio", "redis-server");
const BACK_MS = 15_000;

const cleanUps: (() => PromiseLike<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

function keep<T extends AsyncDisposable>(thing: T): T {
  cleanUps.push(() => thing[Symbol.asyncDispose]());
  return thing;
}

/** A phone that writes its calls where the others do. */
async function launch(
  { port, eventPort, redis }: { port: number; eventPort: number; redis: RedisServer },
): Promise<Phone> {
  const rtp = keep(await claimPorts(60));
  const run = RUNTIME === "deno" ? ["run", "-A", "--no-check"] : ["run"];
  const script = fileURLToPath(new URL("surviving_phone.ts", import.meta.url));
  const args = [port, rtp.start, rtp.end, redis.url, eventPort, PASSWORD].map(String);
  const phone = keep(new Phone(new Program(process.execPath, [...run, script, ...args])));
  await phone.tells("ready");
  await phone.tells("linked");
  return phone;
}

/** FreeSWITCH, Kamailio, two phones and a Redis, as they are on several machines. */
async function scene() {
  const [redis, proxyPort, ...ports] = await Promise.all([
    RedisServer.start(),
    ...Array.from({ length: 3 }, freePort),
  ]);
  keep(redis);
  const vars = { sofia_phone_port: proxyPort, sofia_phone_patience: 30 };
  const freeswitch = keep(await FreeSwitch.start(vars));
  const { eventPort } = freeswitch;
  const phones = await Promise.all(ports.map((port) => launch({ port, eventPort, redis })));
  keep(await Kamailio.start(ports, { port: proxyPort }));
  return { redis, freeswitch, phones };
}

/** So many callers, in the middle of what the agent answers them. */
async function conversations(freeswitch: FreeSwitch, phones: readonly Phone[], count: number) {
  const callers = await Promise.all(
    Array.from({ length: count }, () => IndependentCaller.call(freeswitch.callersPort, "7000")),
  );
  for (const caller of callers) keep(caller);
  await askQuestions(callers, BACK_MS);
  const heard = () => phones.flatMap((phone) => phone.told("transcript")).length;
  await eventually("all questions", () => heard() >= count, BACK_MS);
  await wait(1000);
  return callers;
}

describe.skipIf(isMissing)("two phones that share a Redis, behind Kamailio", () => {
  test("go on with each other's calls after a kill -9, with all that was said", async () => {
    const { freeswitch, phones, redis } = await scene();
    const [one, two] = phones;
    const callers = await conversations(freeswitch, phones, 6);
    const here = one.told("answered").map(({ call }) => call);
    expect(here.length).toBe(3);
    one.program.kill("SIGKILL");
    const killedAt = performance.now();
    await two.tells("answered", 6, BACK_MS);
    const resumed = two.told("answered").filter(({ call }) => here.includes(call));
    expect(resumed.length).toBe(3);
    for (const { count, history, resumed: before } of resumed) {
      expect(count).toBe(2);
      expect(before!.times).toBe(1);
      expect(history!.map(({ role }) => role).slice(0, 3)).toEqual(["agent", "caller", "agent"]);
      expect(history![1].text).toMatch(new RegExp(`^Question ${one.program.pid}-\\d+\\.$`));
      // What was heard and what was not is all that was to be said.
      const said = `${history!.slice(2).map(({ text }) => text).join(" ")} ${
        before!.saying!.unheard
      }`;
      expect(said.match(/b\d{3}/g)?.length).toBe(100);
    }
    await eventually(
      "the agent",
      () =>
        callers.every((caller) =>
          soundsOf(caller).some(({ at, is }) => at > killedAt + 500 && is === "agent")
        ),
      BACK_MS,
    );
    // Those of the other were never cut off.
    const untouched = two.told("answered").filter(({ call }) => !here.includes(call));
    expect(untouched.map(({ count }) => count)).toEqual([1, 1, 1]);
    expect(callers.flatMap(({ asked }) => asked)).toEqual([]);
    const back = callers.map((caller) => {
      const sounds = soundsOf(caller).filter(({ at }) => at > killedAt + 300);
      const first = sounds.findIndex(({ is }) => is === "music");
      return first < 0 ? 0 : sounds.slice(first).find(({ is }) => is === "agent")!.at - killedAt;
    });
    const late = back.filter((ms) => ms > 0).map(Math.round);
    // deno-lint-ignore no-console -- what a failure costs is measured here, and written down elsewhere
    console.log(`killed: ${late.length} callers heard the agent again after ${late.join(" ")} ms`);
    expect(late.length).toBe(3);

    // Without the store calls go on, and new ones are taken; that it is gone is told, and that it is back.
    await redis.kill();
    const before = callers.map(({ heard }) => heard.arrivals.length);
    const [guest] = await conversations(freeswitch, [two], 1);
    expect(await guest.bye()).toBe(200);
    callers.forEach(({ heard }, i) => expect(heard.arrivals.length).toBeGreaterThan(before[i]));
    const told = () => two.told("session").map(({ type }) => type);
    expect(told()).toContain("trouble");
    expect(told()).not.toContain("recovered");
    await redis.restart();
    await eventually("the store", () => told().includes("recovered"), 60_000);
    const statuses = await Promise.all(callers.map((caller) => caller.bye()));
    expect(statuses).toEqual(callers.map(() => 200));
    await freeswitch.hasChannels(0, BACK_MS);
  }, 120_000);
});
