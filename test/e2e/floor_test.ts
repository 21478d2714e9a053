import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rmsLevel, tone, writeWav } from "../../src/audio/mod.ts";
import { bridge, type Call, loopback, PhoneHandler } from "../../mod.ts";
import { IndependentCaller } from "../support/caller/independent_caller.ts";
import { claimPorts, freePort, type PortRange } from "../support/free_ports.ts";
import { toneShare } from "../support/tone_share.ts";
import { eventually, wait } from "../support/wait.ts";

/** A tone as a caller sends it. */
function voice(frequency: number, seconds: number): Int16Array {
  return tone([frequency], 1000 * seconds, { levelDb: -15 });
}

describe("a phone whose callers are spoken with beside its bot", () => {
  const calls: Call[] = [];
  let phone: PhoneHandler;
  let rtp: PortRange;
  let port = 0;
  let folder = "";

  beforeAll(async () => {
    port = await freePort();
    rtp = await claimPorts(20);
    folder = await mkdtemp(join(tmpdir(), "sofia-phone-floor-"));
    phone = new PhoneHandler({
      admission: false,
      voiceBackend: loopback(),
      sipPort: port,
      rtpStartPort: rtp.start,
      rtpEndPort: rtp.end,
    });
    phone.on("answered", ({ call }) => void calls.push(call));
    await phone.start();
  });

  afterAll(async () => {
    await phone.stop();
    await rtp[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  /** A caller, the phone's side of its call, and what it heard in the last `ms` ms. */
  async function call() {
    const caller = await IndependentCaller.call(port);
    await caller.voice.say(voice(300, 0.2));
    await eventually("the call", () => calls.length > 0);
    const recent = (ms: number) => caller.heard.sound().slice(-8 * ms);
    return { caller, side: calls.pop()!, recent };
  }

  test("puts one on hold with music, tells its telephone so, and takes it back", async () => {
    const { caller, side, recent } = await call();
    await using _ = caller;
    const music = { samples: voice(1000, 1), sampleRate: 8000 };
    await side.hold({ music });
    await side.hold({ music });
    await wait(700);
    expect(caller.offered).toEqual(["sendonly"]);
    expect(side.isOnHold).toBe(true);
    expect(toneShare(recent(300), 1000)).toBeGreaterThan(0.7);
    await side.unhold();
    expect(caller.offered).toEqual(["sendonly", "sendrecv"]);
    expect(side.isOnHold).toBe(false);
    await caller.voice.say(voice(500, 0.6));
    // Its own voice comes back: it is with the bot again.
    expect(toneShare(recent(300), 500)).toBeGreaterThan(0.7);
    expect(caller.heard.report().sourceChanges).toBe(0);
  }, 20_000);

  test("plays a file of another rate to its end, and says when that was heard", async () => {
    const { caller, side } = await call();
    await using _ = caller;
    const samples = tone([950], 600, { sampleRate: 44_100 });
    const path = join(folder, "sign.wav");
    await writeFile(path, writeWav({ sampleRate: 44_100, channels: [samples, samples] }));
    // What comes back of its own voice has come.
    await wait(300);
    caller.heard.clear();
    const said = await side.playFile(path);
    expect(said).toEqual({ outcome: "played", heard: "", heardMs: 620 });
    await wait(100);
    const sound = caller.heard.sound();
    const isLoud = (sample: number) => Math.abs(sample) > 300;
    const [from, to] = [sound.findIndex(isLoud), sound.findLastIndex(isLoud)];
    // Where the machine is too busy a packet leaves late, and the sound with it; none of it is lost.
    expect(to - from).toBeGreaterThan(8 * 580);
    expect(toneShare(sound.slice(from, from + 8 * 500), 950)).toBeGreaterThan(0.7);
    expect((await side.playFile(join(folder, "none.wav"))).outcome).toBe("failed");
  }, 20_000);

  test("mutes a side, or both, and lets it be heard again", async () => {
    const { caller, side, recent } = await call();
    await using _ = caller;
    for (const muted of ["agent", "caller", "both"] as const) {
      side.mute(muted);
      await caller.voice.say(voice(500, 0.3));
      expect(rmsLevel(recent(100))).toBeLessThan(-60);
      side.unmute();
      await caller.voice.say(voice(500, 0.4));
      expect(toneShare(recent(200), 500)).toBeGreaterThan(0.7);
    }
  }, 20_000);

  test("bridges two, and the one that stays hears its bot when the other has hung up", async () => {
    const [ann, bob] = [await call(), await call()];
    await using _ = ann.caller;
    await using __ = bob.caller;
    const talking = bridge(ann.side, bob.side);
    await Promise.all([
      ann.caller.voice.say(voice(500, 0.7)),
      bob.caller.voice.say(voice(900, 0.7)),
    ]);
    expect(toneShare(ann.recent(300), 900)).toBeGreaterThan(0.7);
    expect(toneShare(bob.recent(300), 500)).toBeGreaterThan(0.7);
    await ann.caller.bye();
    await talking;
    await bob.caller.voice.say(voice(900, 0.4));
    expect(toneShare(bob.recent(200), 900)).toBeGreaterThan(0.7);
    expect(phone.calls).toEqual([bob.side]);
  }, 20_000);
});
