import { describe, expect, test } from "bun:test";
import { hasFreeSwitch } from "../../support/freeswitch.ts";
import { TcpRelay } from "../../support/tcp_relay.ts";
import { wait } from "../../support/wait.ts";
import { keepSilent, SurvivalScene } from "./survival_scene.ts";

const ROUNDS = 10;
const CALLERS = 5;

describe.skipIf(!hasFreeSwitch)("a phone whose FreeSWITCH comes and goes", () => {
  test(
    "is left with nothing stuck and nothing doubled: 50 calls, 10 restarts, 20 cut connections",
    async () => {
      await using scene = await SurvivalScene.start();
      await using relay = await TcpRelay.listen(scene.freeswitch.eventPort);
      await using phone = await scene.phone(relay.port);
      await phone.tells("linked");
      for (let round = 1; round <= ROUNDS; round++) {
        const callers = await scene.callers(CALLERS);
        const stop = keepSilent(callers);
        await phone.tells("answered", round * CALLERS);
        // Until it is told of the channels it knows of calls only, and takes a lost one for somebody else's.
        const links = phone.told("linked").length;
        relay.cut();
        await phone.tells("linked", links + 1);
        relay.cut();
        await wait(300);
        // Nobody who talks has noticed.
        expect(phone.told("ended").length).toBe((round - 1) * CALLERS);
        expect(callers.flatMap(({ asked }) => asked)).toEqual([]);
        await scene.freeswitch.restart();
        stop();
        await phone.tells("ended", round * CALLERS, 60_000);
        await Promise.all(callers.map((caller) => caller.close()));
      }
      const { offered, answered, refused, failed, calls, lost, disbelieved } = await phone
        .counters();
      expect([offered, answered, refused, failed, lost, disbelieved]).toEqual([50, 50, 0, 0, 0, 0]);
      expect(calls).toEqual([]);
      const ids = phone.told("answered").map(({ call }) => call);
      expect(new Set(ids).size).toBe(50);
      expect(phone.told("ended").map(({ call }) => call).sort()).toEqual(ids.sort());
      expect(phone.told("error")).toEqual([]);
      expect(await phone.program.stop()).toEqual({ code: 0, signal: null });
    },
    300_000,
  );
});
