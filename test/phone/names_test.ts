import { describe, expect, test } from "bun:test";
import { loopback } from "../../src/backend/mod.ts";
import { PhoneHandler } from "../../src/phone/mod.ts";
import { IndependentCaller } from "../support/caller/independent_caller.ts";
import { SOUND_PORTS } from "../support/sound_ports.ts";
import { eventually } from "../support/wait.ts";

const CLAIM = { "X-Sofia-Channel": "5f1c1f0e-7c51-4a6a-9c55-0d4f8a1b2c3d" };

async function claiming(port: number): Promise<IndependentCaller> {
  const caller = await IndependentCaller.open(port, "agent", CLAIM);
  expect((await caller.invite()).status).toBe(200);
  return caller;
}

describe("the name of a call", () => {
  test("is the channel that it claims, but not while another call has it", async () => {
    const phone = new PhoneHandler({
      ...SOUND_PORTS,
      voiceBackend: loopback(),
      sipPort: 0,
      admission: false,
    });
    try {
      const { port } = await phone.start();
      await using one = await claiming(port);
      await using other = await claiming(port);
      const [first, second] = phone.calls;
      expect(first.id).toBe(CLAIM["X-Sofia-Channel"]);
      expect(second.id).toBe(second.sipCallId);
      expect(second.info.sessionId).toBe(second.id);
      await first.hangup();
      await one.hungUp;
      await eventually("one call is left", () => phone.calls.length === 1);
      await using third = await claiming(port);
      expect(phone.calls.map(({ id }) => id)).toEqual([second.id, first.id]);
      expect([await other.bye(), await third.bye()]).toEqual([200, 200]);
    } finally {
      await phone.stop();
    }
  });
});
