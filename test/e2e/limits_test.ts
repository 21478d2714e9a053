import { describe, expect, test } from "bun:test";
import { IndependentCaller } from "../support/caller/independent_caller.ts";
import { PhoneProcess } from "../support/phone_process.ts";
import { wait } from "../support/wait.ts";

describe("maxCalls", () => {
  test("refuses one call too many with 486 and Retry-After, and takes the next", async () => {
    await using phone = await PhoneProcess.start({ maxCalls: 2 });
    await using first = await IndependentCaller.call(phone.port);
    await using second = await IndependentCaller.call(phone.port);
    await using third = await IndependentCaller.open(phone.port);
    const refusal = await third.invite();
    expect(refusal.status).toBe(486);
    expect(Number(refusal.header("Retry-After")[0])).toBeGreaterThan(0);
    // The two are not disturbed, and the place of one who leaves is free at once.
    expect(await first.bye()).toBe(200);
    await using fourth = await IndependentCaller.call(phone.port);
    expect(fourth.media.port).toBeGreaterThan(0);
    expect(await second.bye()).toBe(200);
    expect(await fourth.bye()).toBe(200);
    expect((await phone.stop()).code).toBe(0);
  }, 20_000);
});

describe("SIGTERM", () => {
  test("ends an idle phone with 0 at once", async () => {
    await using phone = await PhoneProcess.start();
    const began = performance.now();
    expect(await phone.stop()).toEqual({ code: 0, signal: null });
    expect(performance.now() - began).toBeLessThan(3000);
  }, 20_000);

  test("lets a live call finish, takes no other, and then ends with 0", async () => {
    await using phone = await PhoneProcess.start();
    await using caller = await IndependentCaller.call(phone.port);
    phone.program.kill("SIGTERM");
    // The signal has arrived when the next caller is refused.
    let status = 200;
    for (let tries = 0; status === 200 && tries < 20; tries++) {
      await using late = await IndependentCaller.open(phone.port);
      status = (await late.invite()).status;
    }
    expect(status).toBeGreaterThanOrEqual(480);
    caller.heard.clear();
    await caller.voice.say(new Int16Array(8000));
    // Of 50; where the machine stands still, slots are passed over.
    expect(caller.heard.report().packets).toBeGreaterThan(20);
    expect(caller.asked).not.toContain("BYE");
    expect(await caller.bye()).toBe(200);
    expect(await phone.program.ended).toEqual({ code: 0, signal: null });
  }, 20_000);

  test("hangs up on who will not finish in time, and ends with 0", async () => {
    await using phone = await PhoneProcess.start({ args: ["--drain-ms", "500"] });
    await using caller = await IndependentCaller.call(phone.port);
    phone.program.kill("SIGTERM");
    await caller.hungUp;
    expect(await phone.program.ended).toEqual({ code: 0, signal: null });
  }, 20_000);

  test("given twice ends the calls at once", async () => {
    await using phone = await PhoneProcess.start();
    await using caller = await IndependentCaller.call(phone.port);
    phone.program.kill("SIGTERM");
    // Two signals of one kind that come together are one.
    await wait(300);
    expect(caller.asked).toEqual([]);
    phone.program.kill("SIGTERM");
    await caller.hungUp;
    expect((await phone.program.ended).code).toBe(0);
  }, 20_000);
});
