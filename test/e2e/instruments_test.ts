import { describe, expect, test } from "bun:test";
import { Baresip } from "../support/baresip.ts";
import { IndependentCaller } from "../support/caller/independent_caller.ts";
import { freePort } from "../support/free_ports.ts";
import { lacks } from "../support/needs.ts";
import { Program } from "../support/program.ts";
import { runSipp } from "../support/sipp.ts";
import { matchSound } from "../support/sound_match.ts";
import { speech } from "../support/speech.ts";
import { wait } from "../support/wait.ts";

/** sipp as one who answers and sends each RTP packet back as it is; its ports. */
async function sippEcho(): Promise<{ program: Program; port: number; rtpPort: number }> {
  const [port, rtpPort] = [await freePort(), await freePort()];
  const program = new Program("sipp", [
    ...["-sn", "uas", "-i", "127.0.0.1", "-p", String(port), "-nostdin"],
    ...["-rtp_echo", "-mi", "127.0.0.1", "-mp", String(rtpPort)],
  ]);
  await wait(500);
  return { program, port, rtpPort };
}

describe.skipIf(lacks("sipp"))("against sipp's echo, the instruments of these tests", () => {
  test("measure a perfect line as perfect", async () => {
    const { program, port, rtpPort } = await sippEcho();
    await using _program = program;
    await using caller = await IndependentCaller.call(port);
    caller.voice.target = { address: "127.0.0.1", port: rtpPort };
    await caller.voice.say(speech(3, 2));
    await wait(100);
    const match = matchSound(speech(3, 2), caller.heard.sound());
    expect(match.lag).toBe(0);
    expect(match.correlation).toBeGreaterThan(0.99999);
    expect(match.levelDb).toBeCloseTo(0, 3);
    const { jitterMs: _jitter, longestGapMs: _gap, ...counts } = caller.heard.report();
    expect(counts).toEqual({
      packets: 100,
      lost: 0,
      disordered: 0,
      timestampBreaks: 0,
      sourceChanges: 0,
    });
  }, 20_000);

  test("measure what is wrong with a bad one", async () => {
    const { program, port, rtpPort } = await sippEcho();
    await using _program = program;
    await using caller = await IndependentCaller.call(port);
    caller.voice.target = { address: "127.0.0.1", port: rtpPort };
    await caller.voice.say(
      speech(3, 2),
      (index) => index % 5 === 0 ? "lost" : index % 5 === 2 ? "late" : "arrives",
    );
    await wait(100);
    const match = matchSound(speech(3, 2), caller.heard.sound());
    expect(match.correlation).toBeLessThan(0.95);
    const report = caller.heard.report();
    expect(report.packets).toBe(80);
    expect(report.disordered).toBe(20);
    expect(report.lost).toBeGreaterThan(19);
  }, 20_000);

  test("see that nobody answers", async () => {
    const silent = await freePort();
    const report = await runSipp({ scenario: "uac", port: silent, timeoutMs: 2000 });
    expect(report.exitCode).not.toBe(0);
    expect(report.successful).toBe(0);
  }, 20_000);

  test.skipIf(lacks("baresip"))("and baresip agree on it", async () => {
    const { program, port } = await sippEcho();
    await using _program = program;
    await using telephone = await Baresip.start({ sampleRate: 8000, samples: speech(0, 10) });
    await telephone.command("dial", `sip:agent@127.0.0.1:${port}`);
    await telephone.event("CALL_ESTABLISHED");
    await wait(2000);
    await telephone.command("hangup");
    await telephone.event("CALL_CLOSED");
    const { said, heard } = await telephone.stop();
    expect(matchSound(said.samples, heard.samples).correlation).toBeGreaterThan(0.99);
  }, 20_000);
});
