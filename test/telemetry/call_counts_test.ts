import { afterEach, describe, expect, test } from "bun:test";
import { loopback } from "../../src/backend/mod.ts";
import type { Call, DoorName } from "../../src/call/mod.ts";
import { fraction, SeededRandom } from "../../src/clock/mod.ts";
import type { MediaStatistics } from "../../src/media/mod.ts";
import { PhoneHandler } from "../../src/phone/mod.ts";
import { PhoneMetrics } from "../../src/telemetry/mod.ts";
import { IndependentCaller } from "../support/caller/independent_caller.ts";
import { SOUND_PORTS } from "../support/sound_ports.ts";
import { speech } from "../support/speech.ts";
import { eventually } from "../support/wait.ts";
import { type DoorCaller, doorScene, QUIET } from "./door_scene.ts";
import { type Exposition, readExposition } from "./exposition.ts";

const cleanUps: (() => PromiseLike<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** What happens to a caller, and what it counts as. */
const FATES = {
  talks: "answered",
  "is hung up on": "answered",
  "is sent away": "refused",
  "meets a mistake": "failed",
  "gives up": "failed",
} as const;
type Fate = keyof typeof FATES;
const DOORS: readonly DoorName[] = ["browser", "twilio", "audiosocket"];

/** offered = answered + refused + failed + those that arrive, by door and in all. */
function expectToAddUp(figures: Exposition): void {
  const arriving = figures.sum("sofia_phone_calls", { state: "arriving" });
  expect(figures.sum("sofia_phone_calls_offered_total")).toBe(
    figures.sum("sofia_phone_calls_total") + arriving,
  );
  for (const door of DOORS) {
    expect(figures.sum("sofia_phone_calls_offered_total", { door })).toBeGreaterThanOrEqual(
      figures.sum("sofia_phone_calls_total", { door }),
    );
  }
  expect(figures.sum("sofia_phone_calls_refused_total")).toBe(
    figures.sum("sofia_phone_calls_total", { direction: "in", outcome: "refused" }),
  );
}

describe("the counts of calls", () => {
  test.each([[1], [2], [3], [4]])(
    "add up after each of many calls by chance, seed %d",
    async (seed) => {
      const random = new SeededRandom(seed);
      const pick = <T>(list: readonly T[]) => list[Math.floor(fraction(random) * list.length)];
      const { phone, clock, call, pass } = await doorScene({
        maxCalls: 12,
        onCall: (call) => {
          const fate = call.info.headers.fate as Fate;
          if (fate === "is sent away") call.reject(pick(["busy", "declined", 488, 404, 503]));
          if (fate === "meets a mistake") throw new Error("The application is broken");
          // Whoever gives up does so while it is waited for.
          return fate === "gives up" ? new Promise(() => {}) : undefined;
        },
      });
      cleanUps.push(() => clock.runUntil(phone.stop()));
      const metrics = new PhoneMetrics(phone);
      const expected = new Map<string, number>();
      const live: [caller: DoorCaller, fate: Fate][] = [];
      const count = (door: string, outcome: string) => {
        const key = `${door} ${outcome}`;
        expected.set(key, (expected.get(key) ?? 0) + 1);
      };
      const end = async ([caller, fate]: [DoorCaller, Fate]) => {
        if (fate === "is hung up on") await clock.runUntil(caller.call!.hangup());
        else await caller.hangup();
      };
      for (let round = 0; round < 50; round++) {
        if (fraction(random) < 0.6) {
          const [fate, door] = [pick(Object.keys(FATES) as Fate[]), pick(DOORS)];
          const isFull = phone.calls.length >= 12;
          const caller = call({ door, headers: { fate } });
          count(door, isFull ? "refused" : FATES[fate]);
          expect(caller.call === undefined).toBe(isFull);
          if (!isFull && fate !== "is sent away" && fate !== "meets a mistake") {
            live.push([
              caller,
              fate,
            ]);
          }
        } else if (live.length > 0) {
          await end(live.splice(Math.floor(fraction(random) * live.length), 1)[0]);
        }
        await pass(20, live.map(([caller]) => [caller, QUIET] as const));
        expectToAddUp(readExposition(await metrics.text()));
      }
      // Nobody is taken any more, and who is there may go on.
      const drained = phone.drain(60_000);
      call({ door: "twilio" });
      count("twilio", "refused");
      for (const one of live.splice(0)) await end(one);
      await clock.runUntil(drained);
      const figures = readExposition(await metrics.text());
      expectToAddUp(figures);
      expect(figures.sum("sofia_phone_calls", {})).toBe(0);
      for (const door of DOORS) {
        for (const outcome of ["answered", "refused", "failed"]) {
          expect([door, outcome, figures.sum("sofia_phone_calls_total", { door, outcome })])
            .toEqual([
              ...[door, outcome, expected.get(`${door} ${outcome}`) ?? 0],
            ]);
        }
      }
      expect(figures.get("sofia_phone_calls_refused_total", { reason: "draining" })).toBe(1);
      expect(figures.get("sofia_phone_draining")).toBe(1);
      expect(figures.get("sofia_phone_ready")).toBe(0);
      const answered = figures.sum("sofia_phone_calls_total", { outcome: "answered" });
      expect(figures.sum("sofia_phone_call_duration_seconds_count")).toBe(answered);
      expect(figures.sum("sofia_phone_call_setup_seconds_count")).toBe(answered);
      expect(figures.sum("sofia_phone_calls_ended_total")).toBe(answered);
    },
  );

  test("add up for calls by SIP, with their sound, keys and signalling", async () => {
    const phone = new PhoneHandler({
      voiceBackend: loopback(),
      sipPort: 0,
      ...SOUND_PORTS,
      admission: false,
      maxCalls: 2,
      onCall: (call: Call) => void (call.info.to.user === "nobody" && call.reject("busy")),
    });
    cleanUps.push(() => phone.stop());
    const metrics = new PhoneMetrics(phone);
    const over: MediaStatistics[] = [];
    phone.on("ended", ({ call }) => over.push(call.media!.statistics));
    const { port } = await phone.start();
    const look = async () => readExposition(await metrics.text());
    await expect(IndependentCaller.call(port, "nobody")).rejects.toThrow("486");
    const caller = await IndependentCaller.call(port);
    const other = await IndependentCaller.call(port);
    await expect(IndependentCaller.call(port)).rejects.toThrow("486");
    await caller.voice.say(speech(3, 1), (index) => index % 10 === 5 ? "lost" : "arrives");
    await caller.voice.press("5");
    // A goodbye may overtake the sound, which comes by another socket.
    const received = () => phone.calls.map((call) => call.media!.statistics.socket.received);
    await eventually("all of it is here", () => received().includes(45 + 8));
    await caller[Symbol.asyncDispose]();
    await other[Symbol.asyncDispose]();
    await eventually("nothing is left", () => phone.calls.length === 0);
    const figures = await look();
    const sip = { direction: "in", door: "sip" };
    expect(figures.get("sofia_phone_calls_offered_total", sip)).toBe(4);
    expect(figures.get("sofia_phone_calls_total", { ...sip, outcome: "answered" })).toBe(2);
    expect(figures.get("sofia_phone_calls_total", { ...sip, outcome: "refused" })).toBe(2);
    expect(figures.get("sofia_phone_calls_refused_total", { reason: "application" })).toBe(1);
    expect(figures.get("sofia_phone_calls_refused_total", { reason: "lines" })).toBe(1);
    expectToAddUp(figures);
    // One that came too late on a busy machine is none of the 45.
    const sum = (of: (one: MediaStatistics) => number) =>
      over.reduce((all, one) => all + of(one), 0);
    expect(figures.get("sofia_phone_rtp_lost_total")).toBe(sum(({ jitter }) => jitter.lost));
    expect(figures.get("sofia_phone_rtp_lost_total")).toBeGreaterThan(0);
    expect(figures.get("sofia_phone_rtp_used_total")).toBe(sum(({ jitter }) => jitter.delivered));
    expect(figures.get("sofia_phone_rtp_received_total")).toBe(
      sum(({ socket }) => socket.received),
    );
    expect(figures.get("sofia_phone_rtp_received_total")).toBe(45 + 8);
    expect(figures.get("sofia_phone_concealed_seconds_total")).toBeCloseTo(
      sum(({ jitter }) => jitter.concealedMs) / 1000,
      6,
    );
    expect(figures.get("sofia_phone_dtmf_keys_total", { way: "rtp" })).toBe(1);
    expect(figures.get("sofia_phone_call_mos_count", { side: "heard" })).toBe(1);
    expect(figures.get("sofia_phone_call_mos_sum", { side: "heard" })).toBeLessThan(4);
    // One of the two never said anything.
    expect(figures.get("sofia_phone_calls_unheard_total")).toBe(1);
    // Four invitations and acknowledgements, two goodbyes.
    expect(figures.get("sofia_phone_sip_received_total")).toBeGreaterThanOrEqual(10);
    expect(figures.get("sofia_phone_sip_calls")).toBe(0);
    metrics.stop();
  });
});
