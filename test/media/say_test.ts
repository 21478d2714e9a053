import { beforeAll, describe, expect, test } from "bun:test";
import type { Said } from "../../src/backend/mod.ts";
import { loadResampler } from "../../src/resample/mod.ts";
import { FloorScene } from "./floor_scene.ts";
import { parameters } from "./virtual_call.ts";

beforeAll(loadResampler);

const LONG = "one two three four five six seven eight nine ten";

describe("say", () => {
  test("is said behind what the agent says, and is over when its last packet has left", async () => {
    const scene = new FloorScene();
    await scene.quiet(100);
    const said = await scene.until(scene.call.session.say("Your card is here."));
    expect(said).toEqual({ outcome: "played", heard: "Your card is here.", heardMs: 380 });
    // Thirteen letters of the greeting and eighteen, of a packet each.
    expect(scene.packets()).toBe(31);
    const last = scene.call.heard.at(-1)!.at;
    await scene.quiet(500);
    expect(scene.packets(last)).toBe(0);
    expect(scene.history).toEqual(["agent: Welcome here.", "agent: Your card is here."]);
    await scene.call.end();
  });

  test("goes one after another, without a gap that a voice would not make", async () => {
    const scene = new FloorScene({ backend: { onCallStart: () => {} } });
    const { session } = scene.call;
    const order: string[] = [];
    for (const what of ["One.", "Two.", "Three."]) {
      void session.say(what).then(({ heard }) => order.push(heard));
    }
    await scene.quiet(900);
    expect(order).toEqual(["One.", "Two.", "Three."]);
    const times = scene.call.heard.filter(({ payload }) => payload.some((byte) => byte !== 0xff))
      .map(({ at }) => at);
    const gaps = times.slice(1).map((at, index) => at - times[index]);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(100);
    await scene.call.end();
  });

  test("waits while the caller speaks, and is said while the bot thinks", async () => {
    const scene: FloorScene = new FloorScene({
      backend: {
        generate: async () => {
          await new Promise<void>((resolve) => void scene.call.clock.setTimer(resolve, 2000));
          return "I see.";
        },
      },
    });
    await scene.quiet(500);
    await scene.voice(300);
    const began = scene.now;
    const saying = scene.call.session.say("A word.");
    await scene.voice(600);
    expect(scene.packets(began)).toBe(0);
    expect((await scene.until(saying)).outcome).toBe("played");
    await scene.quiet(3000);
    expect(scene.history).toEqual([
      "agent: Welcome here.",
      "caller: Something.",
      "agent: A word.",
    ]);
    // The answer comes last, and is written down when the next thing begins.
    expect(scene.packets(began)).toBe(7 + 6);
    await scene.call.end();
  });

  test.each([["immediate"], ["duck"]] as const)(
    "is cut by the caller's voice where barge-in is %s, and the bot answers",
    async (mode) => {
      const scene = new FloorScene({ bargeIn: { mode } });
      await scene.quiet(500);
      const saying = scene.call.session.say(LONG);
      await scene.quiet(300);
      await scene.voice(900);
      const said = await saying;
      expect(said).toMatchObject({ outcome: "interrupted", by: "speech" });
      expect(LONG.startsWith(said.heard) && said.heard !== "" && said.heard !== LONG).toBe(true);
      await scene.quiet(1500);
      expect(scene.asked.at(-1)).toBe("generate Something.");
      expect(scene.history).toEqual([
        "agent: Welcome here.",
        `agent: ${said.heard} (interrupted)`,
        "caller: Something.",
      ]);
      await scene.call.end();
    },
  );

  test.each([["barge-in is off", "off", true], ["only a key may", "immediate", "keys"]] as const)(
    "is heard to its end, whatever the caller says, where %s",
    async (_, mode, interruptible) => {
      const scene = new FloorScene({ bargeIn: { mode } });
      await scene.quiet(500);
      const saying = scene.call.session.say(LONG, { interruptible });
      await scene.quiet(200);
      await scene.voice(400);
      expect(await scene.until(saying)).toMatchObject({ outcome: "played", heard: LONG });
      await scene.call.end();
    },
  );

  test("is ended by the end of the call, with what was heard of it", async () => {
    const scene = new FloorScene();
    await scene.quiet(400);
    const [first, second] = [scene.call.session.say(LONG), scene.call.session.say("And more.")];
    await scene.quiet(400);
    await scene.call.end();
    const said = await first;
    expect(said.outcome).toBe("ended");
    expect(LONG.startsWith(said.heard) && said.heard !== "").toBe(true);
    expect(await second).toEqual({ outcome: "ended", heard: "", heardMs: 0 });
    expect((await scene.call.session.say("Too late.")).outcome).toBe("ended");
  });

  test("says why it failed, and nobody apologises for it", async () => {
    const failure = new Error("no voice");
    const scene = new FloorScene({
      backend: {
        async *speak(text) {
          yield { samples: new Int16Array(800).fill(5000), sampleRate: 8000 };
          if (text === "Broken.") throw failure;
        },
      },
    });
    await scene.quiet(300);
    const said = await scene.until(scene.call.session.say("Broken."));
    expect(said.outcome).toBe("failed");
    expect(said.error).toBe(failure);
    expect(said.heardMs).toBeGreaterThanOrEqual(100);
    await scene.quiet(500);
    expect(scene.call.events.map(({ type }) => type)).not.toContain("apology");
    expect(scene.call.errors).toEqual([failure]);
    expect((await scene.until(scene.call.session.say("Good."))).outcome).toBe("played");
    await scene.call.end();
  });

  test("refuses what is no speech as a failure of its own", async () => {
    const scene = new FloorScene();
    const said = await scene.until(
      scene.call.session.say({ samples: [1], sampleRate: 8000 } as never),
    );
    expect(said.outcome).toBe("failed");
    expect(said.error).toBeInstanceOf(TypeError);
    await scene.call.end();
  });

  test("is stopped by its signal, while it waits and while it is said", async () => {
    const scene = new FloorScene();
    const [first, second] = [new AbortController(), new AbortController()];
    const saying = scene.call.session.say(LONG, { signal: first.signal });
    const waiting = scene.call.session.say("Never.", { signal: second.signal });
    await scene.quiet(600);
    second.abort();
    expect(await waiting).toEqual({ outcome: "stopped", heard: "", heardMs: 0 });
    first.abort();
    const at = scene.now;
    const said = await saying;
    expect(said.outcome).toBe("stopped");
    expect(LONG.startsWith(said.heard) && said.heard !== "").toBe(true);
    await scene.quiet(300);
    // The packet that fades out.
    expect(scene.packets(at)).toBeLessThanOrEqual(1);
    const never = scene.call.session.say("No.", { signal: AbortSignal.abort() });
    expect((await never).outcome).toBe("stopped");
    await scene.call.end();
  });

  test("is heard after the hold, where the caller puts us on hold", async () => {
    const scene = new FloorScene();
    await scene.quiet(500);
    const saying = scene.call.session.say("Your card is here.");
    await scene.quiet(100);
    scene.call.agree({ ...parameters, direction: "recvonly" });
    let said: Said | undefined;
    void saying.then((what) => said = what);
    await scene.quiet(3000);
    expect(said).toBeUndefined();
    scene.call.agree(parameters);
    expect(await scene.until(saying)).toMatchObject({ outcome: "played", heardMs: 380 });
    await scene.call.end();
  });
});
