import { expect, test } from "bun:test";
import { loopback } from "../../src/backend/mod.ts";
import { PhoneHandler } from "../../src/phone/mod.ts";
import { IndependentCaller } from "../support/caller/independent_caller.ts";
import { SOUND_PORTS } from "../support/sound_ports.ts";
import { eventually } from "../support/wait.ts";

test("PhoneHandler answers a proxy's OPTIONS with 503 while it is full, and while it drains", async () => {
  const phone = new PhoneHandler({
    admission: false,
    ...{ voiceBackend: loopback(), sipPort: 0, maxCalls: 1 },
    ...SOUND_PORTS,
  });
  const { port } = await phone.start();
  await using proxy = await IndependentCaller.open(port);
  const status = async () => (await proxy.options()).status;
  const statuses = [await status()];
  const caller = await IndependentCaller.call(port);
  statuses.push(await status());
  await caller[Symbol.asyncDispose]();
  await eventually("the end of the call", () => phone.calls.length === 0);
  statuses.push(await status());
  await using last = await IndependentCaller.call(port);
  const drained = phone.drain(10_000);
  statuses.push(await status());
  expect(statuses).toEqual([200, 503, 200, 503]);
  await last.bye();
  await drained;
  await phone.stop();
});
