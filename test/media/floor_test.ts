import { beforeAll, describe, expect, test } from "bun:test";
import { loadResampler } from "../../src/resample/mod.ts";
import { FloorScene } from "./floor_scene.ts";

beforeAll(loadResampler);

const LONG = "one two three four five six seven eight nine ten";

describe("the floor", () => {
  test("is behind the greeting, and the keys are its holder's and not the bot's", async () => {
    const scene = new FloorScene();
    const floor = scene.call.session.takeFloor();
    const saying = floor.say("Press one.");
    await scene.call.session.press("1");
    // It was not begun yet, and the key was an answer to it all the same.
    expect(await saying).toEqual({ outcome: "interrupted", by: "key", heard: "", heardMs: 0 });
    const next = floor.say("Press two.");
    expect((await scene.until(next)).outcome).toBe("played");
    expect(scene.history).toEqual(["agent: Welcome here.", "agent: Press two."]);
    await scene.call.session.press("2");
    expect(await floor.next()).toEqual({ type: "key", digit: "1" });
    expect(await floor.next()).toEqual({ type: "key", digit: "2" });
    expect(scene.asked).toEqual([]);
    floor.release();
    await scene.call.session.press("3");
    expect(scene.asked).toEqual(["key 3"]);
    await scene.call.end();
  });

  test("lets a key cut what is said at once, where it may", async () => {
    const scene = new FloorScene();
    const floor = scene.call.session.takeFloor();
    await scene.quiet(400);
    const saying = floor.say(LONG);
    await scene.quiet(300);
    const at = scene.now;
    await scene.call.session.press("1");
    const said = await saying;
    expect(said).toMatchObject({ outcome: "interrupted", by: "key" });
    expect(LONG.startsWith(said.heard) && said.heard !== "").toBe(true);
    await scene.quiet(300);
    expect(scene.packets(at)).toBeLessThanOrEqual(1);
    const guarded = floor.say({ say: LONG, interruptible: false });
    await scene.quiet(300);
    await scene.call.session.press("2");
    expect(await scene.until(guarded)).toMatchObject({ outcome: "played", heard: LONG });
    expect(scene.history).toEqual([
      "agent: Welcome here.",
      `agent: ${said.heard} (interrupted)`,
      `agent: ${LONG}`,
    ]);
    await scene.call.end();
  });

  test("that listens to keys alone is not disturbed by a voice, and the bot hears none of it", async () => {
    const scene = new FloorScene({ bargeIn: { mode: "immediate" } });
    const floor = scene.call.session.takeFloor();
    await scene.quiet(500);
    const saying = floor.say(LONG);
    await scene.quiet(200);
    await scene.voice(300);
    await scene.quiet(100);
    expect(await scene.until(saying)).toMatchObject({ outcome: "played", heard: LONG });
    await scene.voice(500);
    // In the silence it is a turn, and still nobody's: what is said next does not wait for its end.
    const at = scene.now;
    const over = floor.say("Next.");
    await scene.voice(300);
    expect((await over).outcome).toBe("played");
    expect(scene.packets(at)).toBe(5);
    await scene.quiet(1500);
    floor.release();
    await scene.quiet(1500);
    expect(scene.asked).toEqual([]);
    await scene.call.end();
  });

  test("that listens to speech is cut by it and told the words", async () => {
    const scene = new FloorScene({ bargeIn: { mode: "immediate" } });
    const floor = scene.call.session.takeFloor({ listen: "keys and speech" });
    await scene.quiet(500);
    const saying = floor.say(LONG);
    await scene.quiet(200);
    await scene.voice(600);
    const said = await saying;
    expect(said).toMatchObject({ outcome: "interrupted", by: "speech" });
    expect(await floor.next()).toEqual({ type: "speech-begin" });
    // What is said meanwhile waits until the caller has finished.
    const at = scene.now;
    const after = floor.say("Good.");
    await scene.voice(400);
    expect(scene.packets(at)).toBe(0);
    expect((await scene.until(after)).outcome).toBe("played");
    expect(await scene.until(floor.next())).toEqual({ type: "speech", text: "Something." });
    expect(scene.asked).toHaveLength(1);
    expect(scene.history).toEqual([
      "agent: Welcome here.",
      `agent: ${said.heard} (interrupted)`,
      "caller: Something.",
      "agent: Good.",
    ]);
    await scene.call.end();
  });

  test("that is given back while the caller speaks lets the bot hear all of its turn", async () => {
    const scene = new FloorScene();
    const floor = scene.call.session.takeFloor();
    await scene.quiet(500);
    await scene.voice(600);
    expect(await floor.next()).toEqual({ type: "speech-begin" });
    floor.release();
    await scene.voice(400);
    await scene.quiet(1500);
    // A second of voice, what came before it and the silence that ended it.
    expect(scene.asked).toHaveLength(2);
    expect(Number(/\d+/.exec(scene.asked[0])![0])).toBeGreaterThanOrEqual(1500);
    expect(scene.asked[1]).toBe("generate Something.");
    await scene.call.end();
  });

  test("that is given back before the words were understood lets the bot answer them", async () => {
    const scene: FloorScene = new FloorScene({
      backend: {
        transcribe: async () => {
          scene.asked.push("transcribe");
          await new Promise<void>((resolve) => void scene.call.clock.setTimer(resolve, 1000));
          return "Late.";
        },
      },
    });
    const floor = scene.call.session.takeFloor({ listen: "keys and speech" });
    await scene.quiet(500);
    await scene.voice(500);
    await scene.quiet(900);
    floor.release();
    await scene.quiet(2000);
    expect(scene.asked).toEqual(["transcribe", "generate Late."]);
    expect(scene.history).toEqual(["agent: Welcome here.", "caller: Late."]);
    await scene.call.end();
  });

  test("can be taken by the bot's own answer, which goes on behind it", async () => {
    let digits = "";
    const scene: FloorScene = new FloorScene({
      backend: {
        async *generate() {
          yield "One moment please.\n";
          using floor = scene.call.session.takeFloor();
          await floor.say("Your number?");
          for (let i = 0; i < 2; i++) {
            const input = await floor.next();
            if (input?.type === "key") digits += input.digit;
          }
          yield `You said ${digits}.`;
        },
      },
      conversation: { firstAudioMs: 1000, filler: { afterMs: 300, say: ["Wait."] } },
    });
    await scene.quiet(500);
    await scene.voice(400);
    await scene.quiet(4000);
    await scene.call.session.press("4");
    await scene.quiet(3000);
    await scene.call.session.press("2");
    await scene.quiet(1000);
    await scene.until(scene.call.session.say("Bye."));
    expect(scene.history).toEqual([
      "agent: Welcome here.",
      "caller: Something.",
      "agent: One moment please.",
      "agent: Your number?",
      "agent: You said 42.",
      "agent: Bye.",
    ]);
    expect(scene.call.errors).toEqual([]);
    await scene.call.end();
  });

  test("lets an answer that is being made wait for its return, longer than one may wait", async () => {
    const scene: FloorScene = new FloorScene({
      backend: {
        generate: async () => {
          await new Promise<void>((resolve) => void scene.call.clock.setTimer(resolve, 700));
          return "I see.";
        },
      },
      conversation: { firstAudioMs: 1000 },
    });
    await scene.quiet(500);
    await scene.voice(400);
    await scene.quiet(900);
    const floor = scene.call.session.takeFloor();
    const at = scene.now;
    await scene.quiet(3000);
    expect(scene.packets(at)).toBe(0);
    floor.release();
    await scene.quiet(500);
    expect(scene.packets(at)).toBe(6);
    await scene.call.end();
  });

  test("can be taken so that the bot is cut, and forgets what it was saying", async () => {
    const scene = new FloorScene({ backend: { onCallStart: () => LONG } });
    await scene.quiet(300);
    const floor = scene.call.session.takeFloor({ cut: true });
    expect((await scene.until(floor.say("Attention."))).outcome).toBe("played");
    floor.release();
    const at = scene.now;
    await scene.quiet(1000);
    expect(scene.packets(at)).toBe(0);
    expect(scene.history).toHaveLength(2);
    expect(LONG.startsWith(scene.history[0].slice("agent: ".length))).toBe(true);
    await scene.call.end();
  });

  test("is one's at a time, and nobody's when the call is over", async () => {
    const scene = new FloorScene();
    const floor = scene.call.session.takeFloor();
    expect(() => scene.call.session.takeFloor()).toThrow("it is taken");
    floor.release();
    floor.release();
    expect(floor.isHeld).toBe(false);
    expect((await floor.say("No.")).outcome).toBe("stopped");
    const again = scene.call.session.takeFloor();
    await scene.quiet(500);
    const [saying, next] = [again.say(LONG), again.next()];
    await scene.quiet(200);
    await scene.call.end();
    expect((await saying).outcome).toBe("ended");
    expect(await next).toEqual({ type: "ended" });
    expect(await again.next()).toEqual({ type: "ended" });
    expect((await again.say("No.")).outcome).toBe("ended");
    expect(() => scene.call.session.takeFloor()).toThrow("over");
  });

  test("stops what is said with it, when it is given back", async () => {
    const scene = new FloorScene();
    const floor = scene.call.session.takeFloor();
    await scene.quiet(500);
    const [first, second] = [floor.say(LONG), floor.say("More.")];
    await scene.quiet(200);
    floor.release();
    expect((await first).outcome).toBe("stopped");
    expect(await second).toEqual({ outcome: "stopped", heard: "", heardMs: 0 });
    await scene.call.end();
  });

  test("waits for the caller no longer than it is told to", async () => {
    const scene = new FloorScene();
    const floor = scene.call.session.takeFloor();
    await scene.quiet(100);
    expect(await floor.next({ timeoutMs: 0 })).toBeUndefined();
    const at = scene.now;
    expect(await scene.until(floor.next({ timeoutMs: 500 }))).toBeUndefined();
    expect(scene.now - at).toBeGreaterThanOrEqual(500);
    expect(scene.now - at).toBeLessThan(560);
    const abort = new AbortController();
    const [given, late] = [floor.next({ signal: abort.signal }), floor.next({ timeoutMs: 5000 })];
    abort.abort();
    expect(await given).toBeUndefined();
    await scene.call.session.press("7");
    expect(await late).toEqual({ type: "key", digit: "7" });
    const last = floor.next();
    floor.release();
    expect(await last).toBeUndefined();
    await scene.call.end();
  });

  test("lets nobody ask whether the caller is still there", async () => {
    const scene = new FloorScene({
      conversation: { noInput: { afterMs: 500, prompts: ["Still there?"], leaveAfter: 9 } },
    });
    const floor = scene.call.session.takeFloor();
    await scene.quiet(3000);
    expect(scene.call.events.map(({ type }) => type)).not.toContain("no-input");
    floor.release();
    await scene.quiet(1000);
    expect(scene.call.events.map(({ type }) => type)).toContain("no-input");
    await scene.call.end();
  });

  test("tells of words that could not be understood that there were none", async () => {
    const scene = new FloorScene({
      backend: { transcribe: () => Promise.reject(new Error("deaf")) },
    });
    const floor = scene.call.session.takeFloor({ listen: "keys and speech" });
    await scene.quiet(500);
    await scene.voice(400);
    expect(await floor.next()).toEqual({ type: "speech-begin" });
    expect(await scene.until(floor.next())).toEqual({ type: "speech", text: "" });
    expect(scene.call.errors).toHaveLength(1);
    await scene.call.end();
  });
});

describe("a prompt of the bot that only a key may cut", () => {
  test("is cut by the answer to a key, and not by a voice", async () => {
    const scene = new FloorScene({
      backend: {
        onCallStart: () => ({ say: LONG, interruptible: "keys" }),
        onDtmf: (digit) => `Key ${digit}.`,
      },
      bargeIn: { mode: "immediate" },
    });
    await scene.quiet(200);
    await scene.voice(300);
    expect(scene.call.events.map(({ type }) => type)).not.toContain("turn-begin");
    await scene.call.session.press("1");
    await scene.quiet(500);
    expect(scene.call.events.map(({ type }) => type)).toContain("interrupt");
    expect(scene.history).toHaveLength(1);
    await scene.call.end();
  });

  test("is heard to its end before a key is answered, where a key may not cut it either", async () => {
    const scene = new FloorScene({
      backend: {
        onCallStart: () => ({ say: LONG, interruptible: false }),
        onDtmf: (digit) => `Key ${digit}.`,
      },
    });
    await scene.quiet(200);
    await scene.call.session.press("1");
    await scene.quiet(2000);
    expect(scene.history).toEqual([`agent: ${LONG}`, "agent: Key 1."]);
    await scene.call.end();
  });
});
